"""What is still to come for one contract: the next reminders and who would get them."""

from collections import Counter
from datetime import timedelta

from common import deadlines
from reminders import rules
from reminders.models import ReminderRule
from reminders.people import DirectoryOfContract

LOOK_AHEAD = timedelta(days=10 * 366)
MOST_OF_A_KIND = 3


def coming(contract, *, today):
    """The next step of each date of this contract, the nearest first."""
    steps = sorted(
        _next_steps(contract, today), key=lambda found: (found["on"], found["deadline"].due_on)
    )
    kinds, shown = Counter(), []
    for found in steps:
        kinds[found["rule"].kind] += 1
        if kinds[found["rule"].kind] <= MOST_OF_A_KIND:
            shown.append(found)
    _name_people(shown, contract)
    return shown


def _next_steps(contract, today):
    scope = deadlines.Scope(share=(contract.pk, contract.pk))
    for rule in ReminderRule.objects.active():
        steps = rule.step_list
        start = today + timedelta(days=min(steps))
        for deadline in deadlines.within(scope, start, today + LOOK_AHEAD, only={rule.kind}):
            if following := rules.next_step(deadline.due_on, today, steps):
                step, on = following
                yield {"rule": rule, "deadline": deadline, "step": step, "on": on}


def _name_people(steps, contract):
    responsible = {person for found in steps for person in found["deadline"].responsible}
    directory = DirectoryOfContract(contract, responsible=responsible)
    told = directory.tell([(found["rule"], found["deadline"]) for found in steps])
    for found, (_, _, pairs) in zip(steps, told, strict=True):
        found["in_words"] = rules.step_in_words(found["step"])
        found["people"] = [(directory.people[person], why.of_another) for person, why in pairs]
