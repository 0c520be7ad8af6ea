"""Webhooks: events told to other programs by HTTP, signed, at least once and in order.

`progress`, `signature` and `targets` decide and are pure; `courier` sends, `delivery` runs one lane a subscription,
`subscriptions` is what the API works with. Source: docs/webhooks.md; Standard Webhooks (standardwebhooks.com).
"""
