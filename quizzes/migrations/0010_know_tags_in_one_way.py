from collections import defaultdict

from django.db import migrations

LONGEST = 60


def folded(tag):
    return " ".join(tag.split()).casefold()[:LONGEST]


def fold_again(apps, schema_editor):
    """Joins the tags that differ in blanks only: questions keep theirs, and quizzes draw by the one that stays."""
    Tag = apps.get_model("quizzes", "Tag")
    alike = defaultdict(list)
    for tag in Tag.objects.order_by("pk"):
        alike[folded(tag.name)].append(tag)
    now_known_as = {}
    for known_as, tags in alike.items():
        if [tag.folded for tag in tags] == [known_as]:
            continue
        stays, *others = sorted(tags, key=lambda tag: (tag.folded != known_as, tag.pk))
        now_known_as |= {tag.folded: known_as for tag in tags if tag.folded != known_as}
        for tag in others:
            stays.questions.add(*tag.questions.values_list("pk", flat=True))
            stays.quizzes.add(*tag.quizzes.values_list("pk", flat=True))
            tag.delete()
        Tag.objects.filter(pk=stays.pk).update(folded=known_as)
    if now_known_as:
        Quiz = apps.get_model("quizzes", "Quiz")
        for quiz in Quiz.objects.filter(drawn_tags__folded__in=set(now_known_as.values())).distinct():
            draw_by(quiz, now_known_as)


def draw_by(quiz, now_known_as):
    lines = [dict(line) for line in quiz.questions.raw_data]
    for line in lines:
        value = line.get("value") or {}
        if line["type"] == "draw" and value.get("tag") in now_known_as:
            line["value"] = {**value, "tag": now_known_as[value["tag"]]}
    quiz.questions = lines
    quiz.save(update_fields=["questions"])


class Migration(migrations.Migration):

    dependencies = [
        ("quizzes", "0009_say_what_own_questions_are_about"),
    ]

    operations = [migrations.RunPython(fold_again, migrations.RunPython.noop)]
