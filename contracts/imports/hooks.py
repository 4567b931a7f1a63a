"""What imports add to others' pages."""

from contracts.imports.models import ImportSupplier, SupplierAlias
from contracts.imports.naming import remember_names_of_merged
from suppliers import merging

for mover in (
    merging.Mover(
        SupplierAlias, "supplier", "spelling that imports know,spellings that imports know",
        move=remember_names_of_merged, order=80,
    ),
    # A file that has been read and not yet imported means the one that stays.
    merging.Mover(ImportSupplier, "supplier", order=81),
):  # fmt: skip
    merging.register(mover)
