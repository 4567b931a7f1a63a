"""Who we buy from: one record for each supplier, its group, its contacts, what is paid to it, and a page that other rooms
add to.

Beside the usual doors: `groups` (companies that belong together), `contacts` and `spending` (as pages want them), `sheets` (the
spend of several years in one save), `duplicates` (the search for suppliers recorded twice), `merge_forms`, and the registries: `sections`,
`facts`, `narrowing`, `keepers`, `commitments`, `merging` and `trail`.
"""
