"""Conditions of an audience that notices know the answer to."""


def not_read(notice_id: int) -> str:
    """The dwellings that a notice was meant for and in which nobody has read it: one member's reading counts."""
    return f"""
SELECT DISTINCT d.dwelling_id, NULL::bigint AS resident_id FROM delivery d JOIN campaign c ON c.id = d.campaign_id
WHERE starts_with(c.subject, 'notice:{notice_id}:') AND d.dwelling_id IS NOT NULL
  AND NOT EXISTS (SELECT FROM notice_reading r JOIN notice n ON n.id = r.notice_id
                  WHERE n.id = {notice_id} AND r.version = n.version AND r.dwelling_id = d.dwelling_id)
"""
