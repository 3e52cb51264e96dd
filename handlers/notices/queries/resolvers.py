"""Conditions of an audience that notices know the answer to."""


def not_read(notice_id: int) -> str:
    """The dwellings that a notice was meant for and in which nobody has read it: one member's reading counts.

    Whoever has several homes has read it for all of them.
    """
    return f"""
SELECT DISTINCT d.dwelling_id, NULL::bigint AS resident_id FROM delivery d JOIN campaign c ON c.id = d.campaign_id
WHERE starts_with(c.subject, 'notice:{notice_id}:') AND d.dwelling_id IS NOT NULL AND d.dwelling_id NOT IN (
  SELECT unnest(ARRAY[r.dwelling_id, coalesce(b.dwelling_id, r.dwelling_id)])
  FROM notice_reading r JOIN notice n ON n.id = r.notice_id
  LEFT JOIN binding b ON b.account_id = r.account_id AND b.state = 'active'
  WHERE n.id = {notice_id} AND r.version = n.version AND r.dwelling_id IS NOT NULL)
"""
