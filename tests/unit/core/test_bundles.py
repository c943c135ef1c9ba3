from app.core.bundles import BundleOutcome, BundleReport, ImportedPerson


def test_counts_by_outcome_include_zeros() -> None:
    people = (ImportedPerson("Ada", BundleOutcome.ADDED, 3), ImportedPerson("Eva", BundleOutcome.ADDED, 1))
    counts = BundleReport(people, dry_run=False).counts
    assert counts[BundleOutcome.ADDED] == 2
    assert sum(counts.values()) == 2
    assert set(counts) == set(BundleOutcome)


def test_people_with_foreign_templates_only_need_enrolment() -> None:
    people = (
        ImportedPerson("foreign only", BundleOutcome.ADDED, templates=0, foreign=2),
        ImportedPerson("both", BundleOutcome.ADDED, templates=1, foreign=2),
        ImportedPerson("own only", BundleOutcome.ADDED, templates=1),
        ImportedPerson("skipped", BundleOutcome.NAME_TAKEN),
    )
    assert BundleReport(people, dry_run=True).needing_enrolment == 1
