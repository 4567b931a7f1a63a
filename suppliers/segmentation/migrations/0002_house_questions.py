"""The questions that every installation starts with: a house default. Nobody decided them here, so they leave no history."""

from django.db import migrations

RISK, IMPACT = "supply_risk", "business_impact"

# axis, weight, question, the answers worth 0 to 4 points
HOUSE_QUESTIONS = (
    (RISK, 30, "How many others could supply this?", (
        "Many, and at once", "Several, within weeks", "A few, after a competition", "One other", "Nobody else",
    )),
    (RISK, 30, "How long would it take to change to another supplier?", (
        "Days", "Weeks", "Up to 6 months", "Up to 18 months", "Longer, or it cannot be done",
    )),
    (RISK, 20, "How steady are the supplier and its market?", (
        "Steady, with sound finances", "Mostly steady", "Some signs of strain", "Under strain", "May fail or leave the market",
    )),
    (RISK, 20, "How much do we depend on what only this supplier has?", (
        "Not at all", "On some knowledge", "On knowledge and data", "On systems, sites or licences", "On nearly everything it does",
    )),
    (IMPACT, 40, "What happens to people or statutory duties if the supply stops?", (
        "Nobody notices", "Some inconvenience", "A service gets worse", "A service stops", "People come to harm, or a statutory duty is not met",
    )),
    (IMPACT, 25, "How much is spent with the supplier in a year?", (
        "Under £25,000", "Up to £250,000", "Up to £1 million", "Up to £5 million", "More than £5 million",
    )),
    (IMPACT, 20, "How soon would a failure be felt?", (
        "After more than 3 months", "Within 3 months", "Within a month", "Within a week", "Within a day",
    )),
    (IMPACT, 15, "How much do our plans and our reputation hang on it?", (
        "Not at all", "A little", "For one service", "For several services", "For the whole organisation",
    )),
)  # fmt: skip


def add(apps, schema_editor):
    KraljicQuestion = apps.get_model("segmentation", "KraljicQuestion")
    for number, (axis, weight, text, answers) in enumerate(HOUSE_QUESTIONS, start=1):
        named = {f"answer_{points}": answer for points, answer in enumerate(answers)}
        KraljicQuestion.objects.get_or_create(
            text=text, defaults={"axis": axis, "weight": weight, "order": number * 10, **named}
        )


class Migration(migrations.Migration):
    dependencies = [("segmentation", "0001_initial")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
