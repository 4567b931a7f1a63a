"""The questionnaire that every installation starts with. Nobody decided it here, so it leaves no history."""

from decimal import Decimal

from django.db import migrations
from django.utils import timezone

NOTES = (
    "House default: change whatever does not fit your organisation. The Sourcing Playbook (June 2023) names four "
    "factors: the impact of failure, continuity, how easily the supplier can be changed, and value. The questions, "
    "weights, cut-offs and intervals are suggestions, because the government's own tiering tool is not public."
)
NUMBERS = {
    "platinum_from": Decimal(75),
    "gold_from": Decimal(60),
    "silver_from": Decimal(35),
    "platinum_months": 6,
    "gold_months": 12,
    "silver_months": 12,
    "bronze_months": 24,
}
# key, factor, weight, question, help, the answers from 0 to 4
QUESTIONS = (
    (
        "impact",
        "impact",
        25,
        "If the service failed, what would happen to people?",
        "Think of the worst day that may well come, not of an average one.",
        (
            "Nobody outside the organisation would notice",
            "Some people would be inconvenienced",
            "Many people would be served late or badly",
            "A service that the law requires would stop",
            "Lives or people's safety would be at risk",
        ),
    ),
    (
        "reputation",
        "impact",
        5,
        "How closely do the public, the press or politicians watch it?",
        "",
        (
            "Nobody outside follows it",
            "A question now and then",
            "Regular reports to members or the board",
            "Often in the local press or before scrutiny",
            "National interest, or a standing concern at the top",
        ),
    ),
    (
        "continuity",
        "continuity",
        15,
        "How long could we be without it?",
        "Until somebody is harmed, a duty is missed or work elsewhere stops.",
        (
            "More than three months",
            "One to three months",
            "One to four weeks",
            "One to seven days",
            "Less than a day",
        ),
    ),
    (
        "finances",
        "continuity",
        5,
        "How sound are the supplier's finances?",
        "Look at the last financial check; without one, answer 3.",
        (
            "Strong, and checked within the last year",
            "Sound",
            "Some signs to watch",
            "Weak, or not checked for two years",
            "In distress, or living on this contract alone",
        ),
    ),
    (
        "switching",
        "switching",
        15,
        "How long would it take to change to another supplier?",
        "With the time to buy it anew, and to hand over people, data and equipment.",
        (
            "Days: others stand ready",
            "Weeks, by quotation",
            "Up to six months",
            "Six to twelve months",
            "More than a year, or nobody else could do it",
        ),
    ),
    (
        "value",
        "value",
        15,
        "What is it worth in a year?",
        "The yearly average over the term, as recorded.",
        (
            "Less than £50,000",
            "£50,000 to £249,999",
            "£250,000 to £999,999",
            "£1 million to £4.9 million",
            "£5 million or more",
        ),
    ),
    (
        "complexity",
        "complexity",
        10,
        "How many others must work together for it?",
        "Further suppliers, systems, other public bodies and our own teams.",
        (
            "Nobody else",
            "One or two, rarely",
            "Several, every month",
            "Several, every day",
            "Many, every day, and each can stop it",
        ),
    ),
    (
        "data",
        "complexity",
        10,
        "What data, systems or premises does the supplier hold the keys to?",
        "",
        (
            "None",
            "Business contact details",
            "Ordinary personal data, or our premises",
            "Sensitive personal data, or a system we rely on",
            "Sensitive data of thousands of people, or a critical system",
        ),
    ),
)
# subject, question, threshold, at least, because
HARD_RULES = (
    (
        "answer",
        "impact",
        Decimal(3),
        "gold",
        "a service that the law requires would stop, or lives would be at risk",
    ),
    ("value", "", Decimal(5_000_000), "silver", "its total value is over £5 million"),
)


def create(Questionnaire, Question, HardRule):
    """The house default as version 1, in use from now on."""
    questionnaire = Questionnaire.objects.create(
        number=1,
        state="current",
        published_at=timezone.now(),
        notes=NOTES,
        reason="House default",
        **NUMBERS,
    )
    by_key = {}
    for place, (key, factor, weight, text, help_text, answers) in enumerate(QUESTIONS):
        by_key[key] = Question.objects.create(
            questionnaire=questionnaire,
            key=key,
            place=place,
            factor=factor,
            weight=weight,
            text=text,
            help=help_text,
            **{f"answer_{n}": answer for n, answer in enumerate(answers)},
        )
    for subject, key, threshold, at_least, words in HARD_RULES:
        HardRule.objects.create(
            questionnaire=questionnaire,
            subject=subject,
            question=by_key.get(key),
            threshold=threshold,
            at_least=at_least,
            words=words,
        )
    return questionnaire


def add(apps, schema_editor):
    models = [apps.get_model("tiering", name) for name in ("Questionnaire", "Question", "HardRule")]
    if not models[0].objects.exists():
        create(*models)


class Migration(migrations.Migration):
    dependencies = [("tiering", "0001_initial")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
