def _later(request, **kwargs): ...


obligation_list = occurrence_list = occurrences_met = obligation_page = obligation_edit = (
    obligation_end
) = _later
occurrence_page = relief_decide = of_supplier = contract_obligations = obligation_add = _later
