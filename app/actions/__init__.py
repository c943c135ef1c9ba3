"""What an unlock does: run a command, call a webhook, publish by MQTT, switch a relay, write to the log."""
