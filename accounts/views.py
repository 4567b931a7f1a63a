from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_http_methods, require_POST

from accounts import actions, invitations, permissions, sections
from accounts.access import require
from accounts.columns import person_columns, unit_columns
from accounts.filters import PersonFilter
from accounts.forms import (
    OrganisationForm,
    OwnDetailsForm,
    PersonForm,
    ReasonForm,
    RoleForm,
    UnitForm,
)
from accounts.models import BusinessUnit, Membership, Organisation, User
from accounts.permissions import Permission
from common.history import page_of_entries
from common.lists import ListPage, page_number

# --- people -------------------------------------------------------------------------------------


def person_list(request):
    require(request.user, Permission.MANAGE_PEOPLE)
    page = ListPage(
        request,
        queryset=User.objects.all(),
        columns=person_columns(),
        filterset=PersonFilter,
        sort="name",
        name="people",
    )
    if page.export:
        return page.export_response()
    return render(
        request, "accounts/person_list.html", {"page": page, "tabs": _tabs(request, "people")}
    )


@require_http_methods(["GET", "POST"])
def person_add(request):
    require(request.user, Permission.MANAGE_PEOPLE)
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person = actions.add_person(by=request.user, **form.changes)
        except actions.Refused as refusal:
            form.add_error("email", str(refusal))
        else:
            _invite(request, person, f"{person} added.")
            return redirect(person)
    return render(request, "accounts/person_form.html", {"form": form})


@require_http_methods(["GET", "POST"])
def person_edit(request, person_pk):
    person = _managed_person(request, person_pk)
    form = PersonForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            actions.change_person(person=person, by=request.user, reason=reason, **form.changes)
        except actions.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Person saved." if form.changes else "Nothing was changed.")
            return redirect("accounts:person", person.pk)
    return render(request, "accounts/person_form.html", {"form": form, "person": _as_saved(person)})


def person_page(request, person, section, template, context=None):
    """Answer with one section of a person's page. Other rooms' sections use it too."""
    return render(
        request,
        template,
        {
            "person": person,
            "tabs": sections.tabs(person, section),
            "may_manage": request.user.may_manage(person),
            "is_self": person == request.user,
            **(context or {}),
        },
    )


def person_overview(request, person_pk):
    require(request.user, Permission.MANAGE_PEOPLE)
    person = get_object_or_404(User, pk=person_pk)
    return person_page(
        request, person, "overview", "accounts/person_overview.html",
        {
            "roles": _roles_of(person, request.user),
            "may_give": person.is_active and person != request.user,
            "summaries": sections.summaries(person, request.user),
        },
    )  # fmt: skip


def person_history(request, person_pk):
    require(request.user, Permission.MANAGE_PEOPLE)
    person = get_object_or_404(User, pk=person_pk)
    page, entries = page_of_entries(
        [User.history.filter(id=person.pk), Membership.history.filter(user_id=person.pk)],
        page=page_number(request),
    )
    return person_page(
        request, person, "history", "accounts/person_history.html",
        {"history_page": page, "entries": entries},
    )  # fmt: skip


@require_POST
def person_invite(request, person_pk):
    person = _managed_person(request, person_pk)
    if not person.is_active:
        raise Http404
    _invite(request, person)
    return redirect(person)


@require_http_methods(["GET", "POST"])
def person_deactivate(request, person_pk):
    person = _managed_person(request, person_pk)
    if not person.is_active:
        return redirect(person)
    form = ReasonForm(
        request.POST if request.method == "POST" else None,
        submit_label="End access", cancel_url=person.get_absolute_url(), label="Why does it end?",
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            actions.deactivate(person=person, by=request.user, **form.cleaned_data)
        except actions.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{person} can no longer sign in.")
            return redirect(person)
    return render(request, "accounts/person_deactivate.html", {"form": form, "person": person})


@require_http_methods(["GET", "POST"])
def person_reactivate(request, person_pk):
    person = _managed_person(request, person_pk)
    if person.is_active:
        return redirect(person)
    form = ReasonForm(
        request.POST if request.method == "POST" else None,
        submit_label="Let them back in", cancel_url=person.get_absolute_url(),
        label="Why are they let back in?", warn=False,
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        actions.reactivate(person=person, by=request.user, **form.cleaned_data)
        _invite(request, person, f"{person} can sign in again.")
        return redirect(person)
    context = {"form": form, "person": person, "roles": _roles_of(person, request.user)}
    return render(request, "accounts/person_reactivate.html", context)


def _managed_person(request, person_pk):
    """A person whom this user may change; nobody is confirmed to be there to others."""
    require(request.user, Permission.MANAGE_PEOPLE)
    person = get_object_or_404(User, pk=person_pk)
    if not request.user.may_manage(person):
        raise Http404
    return person


def _as_saved(person):
    """A form writes what was typed on its instance, which must not change the page's heading."""
    return User.objects.get(pk=person.pk)


def _invite(request, person, done=""):
    """Send the link for a password, and say what came of it: the person is saved either way."""
    try:
        invitations.send(person=person, by=request.user)
    except invitations.NotSent:
        messages.error(
            request,
            f"{done} But the invitation to {person.email} could not be sent: the mail server did not "
            "take it. Send it again from this page later.".strip(),
        )
        return
    messages.success(request, f"{done} {_what_came_of_it(request.user, person)}".strip())


def _what_came_of_it(inviter, person):
    if invitations.may_be_handed_over(person=person, by=inviter):
        return (
            f"No e-mail leaves this computer, so hand {person} this link yourself. It sets a password, "
            f"once: {invitations.link_for(person)}"
        )
    if invitations.is_kept():
        return (
            f"No e-mail leaves this computer: the invitation to {person.email} was kept as a file, "
            "which whoever looks after the computer can hand over."
        )
    return f"An invitation is on its way to {person.email}."


# --- roles --------------------------------------------------------------------------------------


def _roles_of(person, reader):
    """Each role with its description, since when and by whom, and whether the reader may take it away."""
    held = list(person.memberships.select_related("unit").order_by("role", "unit__name"))
    given = {
        row.id: row
        for row in Membership.history.filter(
            id__in=[m.pk for m in held], history_type="+"
        ).select_related("history_user")
    }
    return [
        {
            "membership": membership,
            "role": permissions.ROLES[membership.role],
            "given": given.get(membership.pk),
            "may_take": reader.may_give(membership.role),
        }
        for membership in held
    ]


@require_http_methods(["GET", "POST"])
def role_give(request, person_pk):
    require(request.user, Permission.MANAGE_PEOPLE)
    person = get_object_or_404(User.objects.active().exclude(pk=request.user.pk), pk=person_pk)
    form = RoleForm(request.POST or None, person=person, by=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            membership = actions.give_role(person=person, by=request.user, **form.cleaned_data)
        except actions.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{person} is now {membership.label}.")
            return redirect(person)
    return render(request, "accounts/role_form.html", {"form": form, "person": person})


@require_http_methods(["GET", "POST"])
def role_take(request, membership_pk):
    require(request.user, Permission.MANAGE_PEOPLE)
    held = Membership.objects.select_related("user", "unit")
    membership = get_object_or_404(held, pk=membership_pk)
    if not request.user.may_give(membership.role):
        raise Http404
    person = membership.user
    form = ReasonForm(
        request.POST if request.method == "POST" else None,
        submit_label="Take the role away", cancel_url=person.get_absolute_url(),
        label="Why is it taken away?",
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            actions.take_role(membership=membership, by=request.user, **form.cleaned_data)
        except actions.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{person} is no longer {membership.label}.")
            return redirect("accounts:me" if person == request.user else person)
    context = {"form": form, "membership": membership, "person": person}
    return render(request, "accounts/role_take.html", context)


def roles_help(request):
    """The table of roles, made from the one that decides."""
    roles = list(permissions.ROLES.values())
    may = [
        (permission.description, [(role, permission in role.permissions) for role in roles])
        for permission in Permission
    ]
    return render(request, "accounts/roles.html", {"roles": roles, "may": may})


# --- business units -----------------------------------------------------------------------------


def unit_list(request):
    require(request.user, Permission.MANAGE_PEOPLE)
    page = ListPage(
        request,
        queryset=BusinessUnit.objects.all(),
        columns=unit_columns(),
        sort="name",
        name="units",
    )
    if page.export:
        return page.export_response()
    return render(
        request, "accounts/unit_list.html", {"page": page, "tabs": _tabs(request, "units")}
    )


def unit_overview(request, unit_pk):
    require(request.user, Permission.MANAGE_PEOPLE)
    unit = get_object_or_404(BusinessUnit, pk=unit_pk)
    held = unit.memberships.filter(user__is_active=True).select_related("user")
    page, entries = page_of_entries(
        [BusinessUnit.history.filter(id=unit.pk), Membership.history.filter(unit_id=unit.pk)],
        page=page_number(request),
    )
    context = {
        "unit": unit,
        "held": held.order_by("role", "user__name", "pk"),
        "history_page": page,
        "entries": entries,
    }
    return render(request, "accounts/unit_overview.html", context)


@require_http_methods(["GET", "POST"])
def unit_add(request):
    require(request.user, Permission.MANAGE_PEOPLE)
    form = UnitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            unit = actions.add_unit(by=request.user, **form.changes)
        except actions.Refused as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, f"{unit} added.")
            return redirect(unit)
    return render(request, "accounts/unit_form.html", {"form": form})


@require_http_methods(["GET", "POST"])
def unit_edit(request, unit_pk):
    require(request.user, Permission.MANAGE_PEOPLE)
    unit = get_object_or_404(BusinessUnit, pk=unit_pk)
    form = UnitForm(request.POST or None, instance=unit)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            actions.change_unit(unit=unit, by=request.user, reason=reason, **form.changes)
        except actions.Refused as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, "Unit saved." if form.changes else "Nothing was changed.")
            return redirect(unit)
    saved = BusinessUnit.objects.get(pk=unit.pk)
    return render(request, "accounts/unit_form.html", {"form": form, "unit": saved})


# --- the organisation ---------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def organisation(request):
    require(request.user, Permission.MANAGE_ORGANISATION)
    form = OrganisationForm(request.POST or None, instance=Organisation.current())
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        actions.change_organisation(by=request.user, reason=reason, **form.changes)
        messages.success(request, "Organisation saved." if form.changes else "Nothing was changed.")
        return redirect("accounts:organisation")
    page, entries = page_of_entries([Organisation.history.all()], page=page_number(request))
    context = {
        "form": form,
        "history_page": page,
        "entries": entries,
        "tabs": _tabs(request, "organisation"),
    }
    return render(request, "accounts/organisation.html", context)


def _tabs(request, current):
    """The three lists of this room, to those who may open them."""
    tabs = [("people", "People", Permission.MANAGE_PEOPLE), ("units", "Business units", Permission.MANAGE_PEOPLE),
            ("organisation", "Organisation", Permission.MANAGE_ORGANISATION)]  # fmt: skip
    return [
        {"label": label, "url": reverse(f"accounts:{name}"), "current": name == current}
        for name, label, permission in tabs
        if request.user.may(permission)
    ]


def _stylesheet():
    return f":root{{--govuk-brand-colour:{Organisation.current().colour};--app-header-text-colour:#fff}}\n"


@login_not_required
@cache_control(public=True, max_age=3600)
@condition(etag_func=lambda request: f'"{Organisation.current().colour}"')
def organisation_css(request):
    """The organisation's colour, as a file of its own because the CSP allows no inline style.

    Pages name the colour in its address, so that a new colour shows at once although this is cached.
    """
    return HttpResponse(_stylesheet(), content_type="text/css; charset=utf-8")


# --- for everybody ------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def own_account(request):
    person = User.objects.get(pk=request.user.pk)
    form = OwnDetailsForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        actions.change_person(person=person, by=request.user, **form.changes)
        messages.success(request, "Your details are saved.")
        return redirect("accounts:me")
    context = {"form": form, "roles": _roles_of(person, request.user)}
    return render(request, "accounts/own_account.html", context)


def own_email(request):
    return redirect("accounts:me")


@login_not_required
def accessibility(request):
    return render(request, "accounts/accessibility.html")


@login_not_required
def privacy(request):
    return render(request, "accounts/privacy.html")
