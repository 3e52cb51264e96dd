"""By which path a person can be told now: one expression, the same for the preview and for sending."""

OPENING = ("text", "image", "voice", "video", "shortvideo", "location", "link", "file", "miniprogrampage")
"""What a resident sends that opens the 48 hours for customer messages (wechat-platform.md §3.6)."""

KNOWN = """
LEFT JOIN account ON account.id = {who}.account_id AND account.following
LEFT JOIN resident ON resident.id = {who}.resident_id
LEFT JOIN LATERAL (
  SELECT max(m.received_at) AS at FROM message m
  WHERE m.sender = account.openid AND m.app_id = account.app_id AND m.kind = ANY({opening}::text[])
    AND m.received_at > {now}::timestamptz - interval '47 hours 55 minutes'
) wrote ON {paths} & 1 > 0
LEFT JOIN contact_window spent ON spent.account_id = account.id AND spent.opened_at >= wrote.at
LEFT JOIN LATERAL (
  SELECT bool_or(s.standing AND t.kind = 'standing') AS standing,
         bool_or(s.credits > 0 AND t.kind = 'credit') AS credit
  FROM subscription s JOIN message_template t ON t.id = s.template_id
  WHERE s.account_id = account.id AND t.purpose = {purpose} AND t.enabled AND t.app_id = account.app_id
) allowed ON {paths} & 6 > 0
LEFT JOIN message_template template ON {paths} & 8 > 0 AND template.app_id = account.app_id
  AND template.purpose = {purpose} AND template.kind = 'template' AND template.enabled
LEFT JOIN LATERAL (
  SELECT count(*) AS times FROM delivery d JOIN attempt a ON a.delivery_id = d.id
  WHERE d.account_id = account.id AND a.path = 'mass' AND a.outcome IS DISTINCT FROM 'permanent'
    AND a.started_at >= {month}::timestamptz
) mass ON {paths} & 16 > 0
"""
"""What is known of a row `{who}` with account_id and resident_id; joined behind it.

A path's number is `Path.bit`. A service account writes to all at most four times a month (wechat-platform.md §3.9).
"""

PATH = """CASE
  WHEN {left} & 1 > 0 AND wrote.at IS NOT NULL AND coalesce(spent.used, 0) < {most} THEN 'customer'
  WHEN {left} & 2 > 0 AND allowed.standing THEN 'standing'
  WHEN {left} & 4 > 0 AND allowed.credit THEN 'credit'
  WHEN {left} & 8 > 0 AND template.id IS NOT NULL THEN 'template'
  WHEN {left} & 16 > 0 AND account.id IS NOT NULL AND mass.times < 4 THEN 'mass'
  WHEN {left} & 32 > 0 AND resident.phone IS NOT NULL THEN 'sms'
END"""
"""The first path of the set `{left}` that is open; null when there is none."""
