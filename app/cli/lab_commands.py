"""The lab's commands, which stand in several files, as one group."""

from app.cli import lab, lab_multitask, lab_quantise, lab_studies

app = lab.app
app.add_typer(lab_multitask.app, name="multitask")
app.registered_commands += lab_studies.app.registered_commands
app.registered_commands += lab_quantise.app.registered_commands
