"""What the demonstration's scorecards say, and what its users said. Invented, and about nobody."""

from performance.scorecards.rules import Decision, Quadrant, Rag

BETTER = "School meals in primary and special schools"
WAITING = "Home care, north and coast"
LATE_DRAFT = "Home care, south and city"
LATE = {"Home to school transport for pupils with special needs"}
QUESTION = "Household waste and recycling collection"
REOPENED = "Supported living at twelve properties"

ACCEPTED = (Decision.ACCEPT.value, "The price is fixed for the term, so there is nothing to follow")
NOT_TRACKED = (
    ACCEPTED,
    (Decision.NEXT.value, "Goes into the measures of the next specification"),
    (Decision.CHANGE.value, "Change request drafted for the next review meeting"),
)
WHY_NOT = "The figures lag behind: the last month shows what the whole quarter will not"

MISSING = "Figures are missing. The supplier brings them to the next review meeting."

G, A, R, N = Rag.GREEN, Rag.AMBER, Rag.RED, Rag.NOT_TRACKED
SAID = {
    Quadrant.COST: {
        G: "Spend is where the budget has it.",
        A: "The value has grown with the changes made. The next change goes to the board first.",
        R: "The value has grown by more than half. Finance and we go through every change again.",
        N: "",
    },
    Quadrant.PERFORMANCE: {
        G: "",
        A: "Some targets were missed. The supplier has sent an improvement plan, which we follow every month.",
        R: "Targets were missed by far. The supplier's director comes to the next meeting, with a plan and dates.",
        N: "",
    },
    Quadrant.RISK: {
        G: "",
        A: "Not everything is where it must be. We chase it every week.",
        R: "What keeps the service safe is not as it must be. The supplier's director has the list, with dates.",
        N: "",
    },
    Quadrant.USER: {
        G: "People are content, and say so.",
        A: "People are not content with everything. The supplier and we have agreed what changes.",
        R: "People are not content. We meet their representatives with the supplier this month.",
        N: "",
    },
}

# The four quarters of the one that gets better, oldest first.
_NEXT = {"rag": N, "decided": (
    Decision.NEXT.value,
    "The price of a meal is fixed, and what it costs the supplier is not shown. Open book goes into the next contract",
)}  # fmt: skip
STEPS = (
    {
        "cost": _NEXT,
        "performance": {"rag": R, "reason": "The averages hide eleven schools that were served late every day", "narrative": "Meals came late to eleven schools. The kitchen in the north was out for five weeks."},
        "risk": {"rag": A, "reason": "No obligation is late, but one kitchen serves half of the schools", "narrative": "There is no second kitchen in the plan yet."},
        "user": {"narrative": "Pupils and heads are not content: late, and the same three dishes."},
    },
    {
        "cost": _NEXT,
        "performance": {"rag": R, "reason": "The north kitchen was out for half of the quarter", "narrative": "The north kitchen is back since the middle of the quarter. Two schools still wait too long."},
        "risk": {"rag": A, "reason": "A second kitchen is found, but not fitted out", "narrative": "The second kitchen opens next quarter."},
        "user": {"narrative": "Better since the menu changed. Special diets are still mixed up at times."},
    },
    {
        "cost": _NEXT,
        "performance": {"rag": A, "reason": "Every school is served in time; what is left are complaints", "narrative": "All schools are served in time. Complaints that were upheld are still above the target."},
        "risk": {"rag": G, "reason": "The second kitchen has served for a whole quarter", "narrative": "The second kitchen has served for a whole quarter."},
        "user": {"narrative": "The best survey so far. One complaint was put right."},
    },
    {
        "cost": _NEXT,
        "performance": {"rag": A, "reason": "Every school is served in time; what is left are complaints", "narrative": "In time everywhere for two quarters. Complaints are the one thing left, and we go through each with the supplier."},
        "risk": {"rag": G, "reason": "The second kitchen has proved itself", "narrative": "Both kitchens run, and each could serve every school for a week."},
        "user": {"narrative": "More than four in five are content."},
    },
)  # fmt: skip

# (contract, quarters before the last, day of the quarter, kind, source, what was told)
FEEDBACK = (
    (BETTER, 3, 40, "survey", "Survey of pupils and heads", {"score": "2.8", "scale": "5", "sample": 412, "comments": "Late meals, and the same dishes every week."}),
    (BETTER, 2, 45, "survey", "Survey of pupils and heads", {"score": "3.4", "scale": "5", "sample": 388, "comments": "The new menu is liked."}),
    (BETTER, 2, 52, "complaint", "Two head teachers", {"comments": "Special diets were mixed up twice in a month.", "resolved_after": 12, "outcome": "Trays are now marked by colour, and checked at the door."}),
    (BETTER, 1, 41, "survey", "Survey of pupils and heads", {"score": "3.9", "scale": "5", "sample": 431}),
    (BETTER, 1, 60, "complaint", "A parents' council", {"comments": "No vegetarian dish was left by one o'clock.", "resolved_after": 9, "outcome": "Numbers are ordered by class from now on."}),
    (BETTER, 0, 44, "survey", "Survey of pupils and heads", {"score": "4.3", "scale": "5", "sample": 467, "comments": "In time, warm, and there is a choice."}),
    (BETTER, 0, 50, "compliment", "A special school", {"comments": "The staff know every pupil's diet by heart."}),
    (WAITING, 0, 35, "survey", "Survey of people at home", {"score": "8.1", "scale": "10", "sample": 1204, "nps": 34, "comments": "Content with the carers. Less so with how often they change."}),
    (LATE_DRAFT, 0, 38, "complaint", "Contact centre", {"comments": "Three evening visits in one week came after ten o'clock.", "resolved_after": 20, "outcome": "The evening round was split in two."}),
    ("Home to school transport for pupils with special needs", 0, 70, "complaint", "Contact centre", {"comments": "A wheelchair place was missing on four mornings; the pupil stayed at home."}),
    ("Home to school transport for pupils with special needs", 0, 20, "survey", "Survey of parents and carers", {"score": "2.9", "scale": "5", "sample": 96}),
    (QUESTION, 0, 30, "survey", "Residents' panel", {"score": "74", "scale": "100", "sample": 902, "comments": "Bins are emptied; streets afterwards are not always clean."}),
    (QUESTION, 0, 66, "complaint", "Ward councillor", {"comments": "Assisted collections were missed in two streets.", "resolved_after": 6, "outcome": "The crew's list was wrong, and has been put right."}),
    (REOPENED, 0, 25, "compliment", "Families' group", {"comments": "The move to the new house went without a hitch."}),
)  # fmt: skip
