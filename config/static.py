"""Static files under names that change with their content, so that browsers may keep them for ever."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    # init.js imports the design systems' modules by relative path; these must be renamed as well.
    support_js_module_import_aggregation = True
