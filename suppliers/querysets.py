from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.permissions import Permission
from suppliers import keepers, reach, rules

# From a supplier to its parent, to the parent's parent, and so on.
PATHS_UP = tuple("__".join(["parent"] * steps) for steps in range(1, rules.MOST_LEVELS))


class SupplierQuerySet(models.QuerySet):
    """Which suppliers: by who may see or change them, and by words."""

    def current(self):
        """Without those that were merged into another."""
        return self.filter(merged_into=None)

    def visible_to(self, user):
        """Every supplier, to everybody who can sign in: whom the organisation buys from is no secret
        inside it, nor how to reach them. What is bought, and for how much, stays with the contracts."""
        return self.known_to(user).current()

    def known_to(self, user):
        """With those that were merged into another, which a page shows as what they are now."""
        return self if user.is_active and user.is_authenticated else self.none()

    def allowing(self, user, permission):
        """Suppliers on which this user holds this permission: all of them by a role for the whole organisation,
        else those of the contracts on which they hold it, as lead or in any other part."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self if user.may(permission) else self.filter(reach.through(user, permission))

    def editable_by(self, user):
        return self.current() if user.may(Permission.EDIT_SUPPLIERS) else self.none()

    def search(self, text):
        """Suppliers with every word of the text in their name or company number."""
        found = self
        for word in text.split()[:8]:
            found = found.filter(Q(name__icontains=word) | Q(company_number__icontains=word))
        return found

    def without_contact(self):
        """Nobody is named who could be asked."""
        return self.filter(
            ~Exists(self._contacts().filter(supplier=OuterRef("pk"), is_active=True))
        )

    def _contacts(self):
        return self.model.contacts.rel.related_model.objects.order_by()

    def contacts_editable_by(self, user):
        """Suppliers whose contacts this user keeps: all, for who may change suppliers; otherwise those whom
        they work with by what other rooms say (see `suppliers.keepers`)."""
        if not user.is_active or not user.is_authenticated:
            return self.none()
        if user.may(Permission.EDIT_SUPPLIERS):
            return self.visible_to(user)
        theirs = Q(pk__in=())
        for supplier_ids in keepers.supplier_ids(user):
            theirs |= Q(pk__in=supplier_ids)
        return self.visible_to(user).filter(theirs)

    # --- groups of companies ---------------------------------------------------------------------

    def above(self, supplier_id):
        """Ids of a supplier's parent, its parent's parent and so on up to the top. One query."""
        found = self.filter(pk=supplier_id).values_list(*PATHS_UP).first() or ()
        return [pk for pk in found if pk is not None]

    def group_of(self, supplier_id):
        """Every company of the group that a supplier belongs to, itself among them. Two queries."""
        return self.under([supplier_id, *self.above(supplier_id)][-1])

    def under(self, top_id):
        """A company and all that belong to it, found by index level by level."""
        everybody = self.model.objects.current().order_by()
        levels = [everybody.filter(**{path: top_id}).values("pk") for path in PATHS_UP]
        itself = everybody.filter(pk=top_id).values("pk")
        return self.filter(pk__in=itself.union(*levels, all=True))

    def in_groups(self):
        """Suppliers that belong to another, or that another belongs to."""
        return self.filter(Q(parent__isnull=False) | Exists(self._of_its_own()))

    def not_in_groups(self):
        return self.filter(~Exists(self._of_its_own()), parent=None)

    def _of_its_own(self):
        return self.model.objects.current().filter(parent=OuterRef("pk")).order_by()

    def levels_below(self, supplier_id):
        """How many levels of companies belong to a supplier. One query."""
        found = self.filter(pk=supplier_id).values_list(
            *(
                Exists(self.model.objects.current().filter(**{path: OuterRef("pk")}).order_by())
                for path in PATHS_UP
            )
        )
        return sum(found.first() or ())

    def problem_with_parent(self, supplier_id, parent_id):
        """Why the one cannot belong to the other; an empty text when it can."""
        above = [parent_id, *self.above(parent_id)]
        levels = self.levels_below(supplier_id) if supplier_id else 0
        return rules.problem_with_parent(supplier_id, above=above, levels_below=levels)


class ContactQuerySet(models.QuerySet):
    """Which contacts: by who may see or change them, and whether they are still there."""

    def visible_to(self, user):
        return self.filter(supplier__in=self._suppliers().visible_to(user))

    def editable_by(self, user):
        return self.filter(supplier__in=self._suppliers().contacts_editable_by(user))

    def _suppliers(self):
        return self.model.supplier.field.related_model.objects.order_by()

    def active(self):
        return self.filter(is_active=True)


class DuplicateQuerySet(models.QuerySet):
    """Which pairs of suppliers that may be one."""

    def decided_by(self, user):
        """Pairs that this user may decide about."""
        return self if user.may(Permission.EDIT_SUPPLIERS) else self.none()

    def open(self):
        return self.filter(state="open")

    def of(self, supplier_id):
        return self.filter(Q(one=supplier_id) | Q(other=supplier_id))
