"""The commands that measure, which stand in four files, as one group."""

from app.cli import evaluate, evaluate_kiosk, evaluate_liveness, evaluate_protocols

app = evaluate.app
app.registered_commands += evaluate_protocols.app.registered_commands
app.registered_commands += evaluate_liveness.app.registered_commands
app.registered_commands += evaluate_kiosk.app.registered_commands
