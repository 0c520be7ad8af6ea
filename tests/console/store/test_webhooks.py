from offhook.console.store.webhooks import WebhookProgress


def test_a_new_subscription_has_failed_at_nothing() -> None:
    new = WebhookProgress(seq=7)
    assert (new.attempts, new.due, new.failing_since, new.problem, new.lost) == (0, 0.0, None, None, 0)
