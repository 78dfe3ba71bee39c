"""Aiken as people write it."""

from quizzes.formats.aiken import read


def test_questions_with_either_mark_after_the_letter():
    result = read("What is it?\r\nA) One\r\nB) Two\r\nANSWER: B\r\n\r\nماذا؟\nA. نعم\nB. لا\nANSWER: A".encode())
    assert [item.kind for item in result.items] == ["single_choice", "single_choice"]
    assert result.items[0].content["choices"][1] == {"key": "2", "text": {"en": "Two"}, "is_correct": True}
    assert result.items[1].content["text"] == {"en": "ماذا؟"}


def test_refusals_name_lines_and_the_others_are_read():
    text = (
        "First\nA) 1\nB) 2\nANSWER: C\n\nNo choices\nANSWER: A\n\nTwice\nA) 1\nA) 2\nANSWER: A\n\n"
        "Open\nA) 1\nB) 2\n\nGood\nA) 1\nB) 2\nANSWER: A\nANSWER: B\n\nStem alone"
    )
    result = read(text.encode())
    assert [item.content["text"]["en"] for item in result.items] == ["Good"]
    assert [(refusal.where, refusal.message) for refusal in result.refusals] == [
        ("line 4", "ANSWER: names C, but there is no choice C."),
        ("line 6", "It has fewer than two choices."),
        ("line 9", "Two of its choices have the same letter."),
        ("line 14", "Its line ANSWER: is missing."),
        ("line 22", "There is no question before this line ANSWER:."),
        ("line 24", "It has no choices such as “A) Yes”."),
    ]
