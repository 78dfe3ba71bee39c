"""Invented names from many languages, for invented people."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import NamedTuple


class Name(NamedTuple):
    """A name as the person writes it, and a language of Signpost that may be theirs."""

    text: str
    language: str


#: By language, where it is one of Signpost's: given names, and family names.
FAMILIES: tuple[tuple[str, str, str], ...] = (
    ("en", "Alice Daniel Hazel Martin Rosie Gareth Joan Lewis Maisie", "Thorley Wickham Barlow Penhale Ridley Stokes"),
    ("en", "Rhian Dafydd Carys Emrys Nia Gethin", "Prosser Maddocks Bevan Gwilliam Treharne"),
    ("en", "Eilidh Callan Morag Struan Aoife Cormac Niamh", "Geddes Lockhart Kinsella Rafferty McCaig"),
    ("en", "Zofia Marek Agnieszka Tomasz Halina Piotr", "Wrona Kaczor Lisowska Bielak Sowa"),
    ("en", "Ioana Mihai Elena Radu Simona Vlad", "Munteanu Ciobanu Dragan Lupescu Oprea"),
    ("pt", "Beatriz Nuno Marta Tiago Luísa Gonçalo", "Tavares Carvalhal Moura Seixas Lobato"),
    ("pt", "Thaís Rafael Jussara Caio Iracema", "Nogueira Bastos Paixão Siqueira"),
    ("es", "Marisol Diego Pilar Andrés Lucía Ramiro", "Quiroga Benavides Ibarra Montalvo Peña"),
    ("fr", "Mireille Étienne Odile Bastien Aminata Moussa", "Delmas Fournel Keïta Charpin Diallo"),
    ("ar", "Rania Yousef Huda Karim Nour Bilal", "Al-Hakim Mansour Barakat Sabbagh Khoury"),
    ("ar", "هدى سامر ليلى عمر", "الخطيب النجار حداد"),
    ("fa", "Parisa Kamran Nasrin Behrouz Azadeh", "Farahani Moradi Tehrani Zand"),
    ("fa", "مریم سعید", "کریمی احمدی"),
    ("so", "Ayaan Abdirahman Sagal Liban Ifrah Mahad", "Farah Jama Cabdi Guled Elmi"),
    ("en", "Temitope Chidi Folake Emeka Yetunde", "Adeleke Okonjo Balogun Nwosu Eze"),
    ("en", "Abena Kwabena Esi Yaw Akosua", "Boateng Asante Owusu Amoah"),
    ("en", "Selam Dawit Hiwet Yonas", "Tesfaye Gebremedhin Haile"),
    ("en", "Anjali Rohan Meera Vikram Kavita", "Desai Iyer Chopra Kulkarni Solanki"),
    ("en", "Harpreet Gurdeep Simran Manjit", "Gill Sandhu Dhaliwal"),
    ("en", "Nusrat Farhana Tanvir Shirina", "Chowdhury Miah Sarkar"),
    ("en", "Sana Imran Rubina Adeel", "Qureshi Butt Siddiqui"),
    ("en", "Elif Murat Derya Kaan", "Yıldız Aksoy Demirel"),
    ("en", "Olena Taras Iryna Bohdan", "Kovalenko Shevchuk Melnyk"),
    ("en", "Linh Minh Thảo Quang", "Trần Đặng Phạm"),
    ("en", "Wei Xiulan Jun Meiling", "Zheng Huang Luo"),
    ("en", "Maricel Jun-Jun Rosalinda Arnel", "Dimaculangan Salonga Abad"),
    ("en", "Arbër Drita Besnik Vjosa", "Hoxhaj Krasniqi Leka"),
)
#: The share of those whose own language Signpost has who read it in that language.
READS_OWN_LANGUAGE = 0.4


def invented_names(dice: random.Random) -> Iterator[Name]:
    """Names in a mixed order, each once; raises ValueError when all of them are used."""
    whole = [
        (language, f"{given} {family}")
        for language, givens, families in FAMILIES
        for given in givens.split()
        for family in families.split()
    ]
    dice.shuffle(whole)
    for language, text in whole:
        yield Name(text, language if dice.random() < READS_OWN_LANGUAGE else "en")
    raise ValueError("There are more invented people than invented names.")
