CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public;
CREATE TABLE public.account (
    id bigint NOT NULL,
    app_id character varying(40) NOT NULL,
    openid character varying(64) NOT NULL,
    union_id character varying(64),
    following boolean NOT NULL,
    consent_version character varying(20),
    consented_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL
);
CREATE SEQUENCE public.account_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.account_id_seq OWNED BY public.account.id;
CREATE TABLE public.alarm (
    id bigint NOT NULL,
    key uuid NOT NULL,
    place character varying(12) NOT NULL,
    danger character varying(10) NOT NULL,
    text bytea NOT NULL,
    raised_at timestamp with time zone NOT NULL,
    last_at timestamp with time zone NOT NULL,
    state character varying(12) NOT NULL,
    next_call_at timestamp with time zone,
    acknowledged_by character varying(40) NOT NULL,
    acknowledged_at timestamp with time zone,
    outcome character varying(10),
    note bytea,
    closed_by character varying(40) NOT NULL,
    closed_at timestamp with time zone,
    account_id bigint NOT NULL,
    community_id bigint
);
CREATE TABLE public.alarm_call (
    id bigint NOT NULL,
    step smallint NOT NULL,
    login character varying(40) NOT NULL,
    called_at timestamp with time zone NOT NULL,
    outcome character varying(10) NOT NULL,
    alarm_id bigint NOT NULL
);
CREATE SEQUENCE public.alarm_call_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.alarm_call_id_seq OWNED BY public.alarm_call.id;
CREATE SEQUENCE public.alarm_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.alarm_id_seq OWNED BY public.alarm.id;
CREATE TABLE public.appeal (
    id bigint NOT NULL,
    state character varying(8) NOT NULL,
    against character varying(40) NOT NULL,
    words character varying(200) NOT NULL,
    made_at timestamp with time zone NOT NULL,
    due_on date NOT NULL,
    decided_at timestamp with time zone,
    decided_by character varying(40) NOT NULL,
    remark character varying(200) NOT NULL,
    measure_id bigint,
    post_id bigint,
    CONSTRAINT ck_appeal_of_one CHECK ((num_nonnulls(post_id, measure_id) = 1))
);
CREATE SEQUENCE public.appeal_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.appeal_id_seq OWNED BY public.appeal.id;
CREATE TABLE public.appraisal (
    id bigint NOT NULL,
    round smallint NOT NULL,
    carried_out boolean NOT NULL,
    stars smallint,
    made_at timestamp with time zone NOT NULL,
    consultation_id bigint NOT NULL,
    participant_id bigint NOT NULL,
    CONSTRAINT ck_appraisal_stars CHECK (((stars >= 1) AND (stars <= 5)))
);
CREATE SEQUENCE public.appraisal_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.appraisal_id_seq OWNED BY public.appraisal.id;
CREATE TABLE public.article (
    id bigint NOT NULL,
    key character varying(60),
    category character varying(20) NOT NULL,
    questions jsonb NOT NULL,
    keywords jsonb NOT NULL,
    answer text NOT NULL,
    short character varying(60) NOT NULL,
    service character varying(40) NOT NULL,
    action character varying(20) NOT NULL,
    hands_over boolean NOT NULL,
    state character varying(12) NOT NULL,
    version smallint DEFAULT 1 NOT NULL,
    owner character varying(40) NOT NULL,
    review_on date,
    changed_at timestamp with time zone NOT NULL,
    changed_by character varying(40) NOT NULL,
    organisation_id bigint NOT NULL
);
CREATE SEQUENCE public.article_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.article_id_seq OWNED BY public.article.id;
CREATE TABLE public.article_rating (
    id bigint NOT NULL,
    helped boolean NOT NULL,
    at timestamp with time zone NOT NULL,
    account_id bigint NOT NULL,
    article_id bigint NOT NULL
);
CREATE SEQUENCE public.article_rating_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.article_rating_id_seq OWNED BY public.article_rating.id;
CREATE TABLE public.article_version (
    id bigint NOT NULL,
    number smallint NOT NULL,
    questions jsonb NOT NULL,
    answer text NOT NULL,
    short character varying(60) NOT NULL,
    replaced_at timestamp with time zone NOT NULL,
    replaced_by character varying(40) NOT NULL,
    article_id bigint NOT NULL
);
CREATE SEQUENCE public.article_version_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.article_version_id_seq OWNED BY public.article_version.id;
CREATE TABLE public.attempt (
    id bigint NOT NULL,
    path character varying(12) NOT NULL,
    tries smallint DEFAULT 1 NOT NULL,
    started_at timestamp with time zone NOT NULL,
    settled_at timestamp with time zone,
    outcome character varying(12),
    errcode integer DEFAULT 0 NOT NULL,
    message_id character varying(64) DEFAULT ''::character varying NOT NULL,
    delivery_id bigint NOT NULL
);
CREATE SEQUENCE public.attempt_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.attempt_id_seq OWNED BY public.attempt.id;
CREATE TABLE public.audit_entry (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    actor character varying(60) NOT NULL,
    action character varying(40) NOT NULL,
    subject character varying(60) NOT NULL,
    place character varying(40) NOT NULL,
    before character varying(20) NOT NULL,
    after character varying(20) NOT NULL,
    reason character varying(200) NOT NULL,
    detail jsonb NOT NULL,
    number bigint,
    seal bytea
);
CREATE SEQUENCE public.audit_entry_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.audit_entry_id_seq OWNED BY public.audit_entry.id;
CREATE TABLE public.ballot (
    id uuid NOT NULL,
    receipt_index bytea,
    poll_id bigint NOT NULL,
    answer character varying(80) NOT NULL,
    receipt bytea
);
CREATE TABLE public.binding (
    id bigint NOT NULL,
    role character varying(12) NOT NULL,
    name bytea NOT NULL,
    verified boolean NOT NULL,
    adult boolean NOT NULL,
    state character varying(12) NOT NULL,
    reason character varying(200) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    decided_at timestamp with time zone,
    decided_by character varying(40) NOT NULL,
    ended_at timestamp with time zone,
    account_id bigint NOT NULL,
    dwelling_id bigint NOT NULL,
    resident_id bigint,
    lease_ends_on date,
    represents boolean DEFAULT false NOT NULL
);
CREATE SEQUENCE public.binding_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.binding_id_seq OWNED BY public.binding.id;
CREATE TABLE public.box_count (
    id bigint NOT NULL,
    source character varying(12) NOT NULL,
    lines jsonb NOT NULL,
    spoilt integer NOT NULL,
    note character varying(200) NOT NULL,
    entered_by character varying(40) NOT NULL,
    entered_at timestamp with time zone NOT NULL,
    signed_by character varying(40) NOT NULL,
    signed_at timestamp with time zone,
    poll_id bigint NOT NULL,
    sheet_id uuid
);
CREATE SEQUENCE public.box_count_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.box_count_id_seq OWNED BY public.box_count.id;
CREATE TABLE public.building (
    id bigint NOT NULL,
    code character varying(30) NOT NULL,
    number character varying(10) NOT NULL,
    estate_id bigint NOT NULL,
    grid_id bigint NOT NULL
);
CREATE SEQUENCE public.building_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.building_id_seq OWNED BY public.building.id;
CREATE TABLE public.building_link (
    id bigint NOT NULL,
    building_id bigint NOT NULL,
    digest bytea NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    created_by character varying(40) NOT NULL,
    campaign_id bigint NOT NULL
);
CREATE SEQUENCE public.building_link_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.building_link_id_seq OWNED BY public.building_link.id;
CREATE TABLE public.campaign (
    id bigint NOT NULL,
    subject character varying(60) NOT NULL,
    purpose character varying(16) NOT NULL,
    place character varying(40) NOT NULL,
    title character varying(120) NOT NULL,
    text text NOT NULL,
    short character varying(300) NOT NULL,
    link character varying(200) NOT NULL,
    content jsonb NOT NULL,
    topic character varying(16) NOT NULL,
    urgent boolean NOT NULL,
    paths smallint NOT NULL,
    audience jsonb NOT NULL,
    state character varying(12) NOT NULL,
    launch_at timestamp with time zone NOT NULL,
    created_by character varying(40) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    launched_at timestamp with time zone,
    finished_at timestamp with time zone
);
CREATE SEQUENCE public.campaign_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.campaign_id_seq OWNED BY public.campaign.id;
CREATE TABLE public.canned_reply (
    id bigint NOT NULL,
    title character varying(40) NOT NULL,
    text text NOT NULL,
    written_by character varying(40) NOT NULL,
    written_at timestamp with time zone NOT NULL,
    organisation_id bigint NOT NULL
);
CREATE SEQUENCE public.canned_reply_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.canned_reply_id_seq OWNED BY public.canned_reply.id;
CREATE TABLE public.code_brake (
    id bigint NOT NULL,
    misses smallint NOT NULL,
    locked_until timestamp with time zone,
    account_id bigint NOT NULL,
    dwelling_id bigint NOT NULL
);
CREATE SEQUENCE public.code_brake_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.code_brake_id_seq OWNED BY public.code_brake.id;
CREATE TABLE public.consent_record (
    id bigint NOT NULL,
    purpose character varying(12) NOT NULL,
    version character varying(20) NOT NULL,
    given_at timestamp with time zone NOT NULL,
    withdrawn_at timestamp with time zone,
    account_id bigint NOT NULL
);
CREATE SEQUENCE public.consent_record_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.consent_record_id_seq OWNED BY public.consent_record.id;
CREATE TABLE public.consultation (
    id bigint NOT NULL,
    key character varying(60),
    stage character varying(12) NOT NULL,
    title character varying(60) NOT NULL,
    problem text NOT NULL,
    options jsonb DEFAULT '[]'::jsonb NOT NULL,
    parties jsonb DEFAULT '[]'::jsonb NOT NULL,
    places jsonb NOT NULL,
    scope character varying(60) NOT NULL,
    contact character varying(60) NOT NULL,
    proposer character varying(60) NOT NULL,
    created_by character varying(40) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    terms jsonb DEFAULT '{}'::jsonb NOT NULL,
    endorse_need integer NOT NULL,
    endorsed_before integer DEFAULT 0 NOT NULL,
    review_due_on date,
    answer text NOT NULL,
    answered_by character varying(40) NOT NULL,
    answered_at timestamp with time zone,
    not_for_us character varying(12),
    stage_since timestamp with time zone NOT NULL,
    ends_at timestamp with time zone,
    discussion boolean DEFAULT false NOT NULL,
    map_shown boolean DEFAULT false NOT NULL,
    decision character varying(10),
    resolution text NOT NULL,
    dissent text NOT NULL,
    decided_by character varying(40) NOT NULL,
    decided_at timestamp with time zone,
    round smallint DEFAULT 1 NOT NULL,
    merged_into_id bigint,
    organisation_id bigint NOT NULL,
    poll_id bigint,
    split_from_id bigint,
    post_id bigint
);
CREATE SEQUENCE public.consultation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.consultation_id_seq OWNED BY public.consultation.id;
CREATE TABLE public.consultation_rules (
    id bigint NOT NULL,
    terms jsonb NOT NULL,
    set_by character varying(40) NOT NULL,
    set_at timestamp with time zone NOT NULL,
    organisation_id bigint NOT NULL
);
CREATE SEQUENCE public.consultation_rules_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.consultation_rules_id_seq OWNED BY public.consultation_rules.id;
CREATE TABLE public.consultation_step (
    id bigint NOT NULL,
    kind character varying(10) NOT NULL,
    stage character varying(12) NOT NULL,
    reason character varying(200) NOT NULL,
    words character varying(200) NOT NULL,
    taken_by character varying(60) NOT NULL,
    taken_at timestamp with time zone NOT NULL,
    consultation_id bigint NOT NULL
);
CREATE SEQUENCE public.consultation_step_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.consultation_step_id_seq OWNED BY public.consultation_step.id;
CREATE TABLE public.contact_window (
    id bigint NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    used smallint NOT NULL,
    account_id bigint NOT NULL
);
CREATE SEQUENCE public.contact_window_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.contact_window_id_seq OWNED BY public.contact_window.id;
CREATE TABLE public.correction (
    id bigint NOT NULL,
    kind character varying(12) NOT NULL,
    words bytea NOT NULL,
    state character varying(10) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    decided_at timestamp with time zone,
    decided_by character varying(40) NOT NULL,
    answer bytea,
    account_id bigint,
    binding_id bigint,
    dwelling_id bigint NOT NULL,
    resident_id bigint
);
CREATE SEQUENCE public.correction_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.correction_id_seq OWNED BY public.correction.id;
CREATE TABLE public.daily_fact (
    id bigint NOT NULL,
    day date NOT NULL,
    measure character varying(40) NOT NULL,
    value bigint NOT NULL,
    community_id bigint NOT NULL
);
CREATE SEQUENCE public.daily_fact_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.daily_fact_id_seq OWNED BY public.daily_fact.id;
CREATE TABLE public.delegated_act (
    id bigint NOT NULL,
    act character varying(40) NOT NULL,
    subject character varying(60) NOT NULL,
    at timestamp with time zone NOT NULL,
    delegation_id bigint NOT NULL
);
CREATE SEQUENCE public.delegated_act_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.delegated_act_id_seq OWNED BY public.delegated_act.id;
CREATE TABLE public.delegation (
    id bigint NOT NULL,
    delegate_name bytea NOT NULL,
    scope jsonb NOT NULL,
    state character varying(8) NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    asked_by character varying(60) NOT NULL,
    confirmed_at timestamp with time zone,
    confirmed_by character varying(60) NOT NULL,
    confirmed_how character varying(8) NOT NULL,
    expires_on date NOT NULL,
    ended_at timestamp with time zone,
    reason character varying(200) NOT NULL,
    account_id bigint NOT NULL,
    dwelling_id bigint NOT NULL,
    elder_id bigint NOT NULL,
    relation character varying(20) DEFAULT ''::character varying NOT NULL,
    reminded_at timestamp with time zone
);
CREATE SEQUENCE public.delegation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.delegation_id_seq OWNED BY public.delegation.id;
CREATE TABLE public.delivery (
    id bigint NOT NULL,
    recipient character varying(40) NOT NULL,
    state character varying(12) NOT NULL,
    path character varying(12),
    tried smallint DEFAULT 0 NOT NULL,
    errcode integer DEFAULT 0 NOT NULL,
    next_at timestamp with time zone NOT NULL,
    lease_until timestamp with time zone,
    sent_at timestamp with time zone,
    reached_at timestamp with time zone,
    reached_by character varying(40) DEFAULT ''::character varying NOT NULL,
    account_id bigint,
    campaign_id bigint NOT NULL,
    dwelling_id bigint,
    resident_id bigint
);
CREATE SEQUENCE public.delivery_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.delivery_id_seq OWNED BY public.delivery.id;
CREATE TABLE public.door_code (
    id bigint NOT NULL,
    code bytea NOT NULL,
    code_index bytea NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    uses smallint NOT NULL,
    replaced_at timestamp with time zone,
    dwelling_id bigint NOT NULL
);
CREATE SEQUENCE public.door_code_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.door_code_id_seq OWNED BY public.door_code.id;
CREATE TABLE public.duty_shift (
    id bigint NOT NULL,
    login character varying(40) NOT NULL,
    rank smallint DEFAULT 1 NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    begun_at timestamp with time zone,
    written_by character varying(40) NOT NULL,
    written_at timestamp with time zone NOT NULL,
    organisation_id bigint NOT NULL
);
CREATE SEQUENCE public.duty_shift_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.duty_shift_id_seq OWNED BY public.duty_shift.id;
CREATE TABLE public.dwelling (
    id bigint NOT NULL,
    code character varying(40) NOT NULL,
    entrance character varying(10) NOT NULL,
    floor smallint,
    room character varying(20) NOT NULL,
    address character varying(120) NOT NULL,
    area numeric(12,4),
    kind character varying(20) NOT NULL,
    occupancy character varying(20) NOT NULL,
    building_id bigint NOT NULL,
    community_id bigint NOT NULL,
    estate_id bigint NOT NULL,
    grid_id bigint NOT NULL,
    corrected jsonb DEFAULT '[]'::jsonb NOT NULL
);
CREATE SEQUENCE public.dwelling_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.dwelling_id_seq OWNED BY public.dwelling.id;
CREATE TABLE public.endorsement (
    id bigint NOT NULL,
    made_at timestamp with time zone NOT NULL,
    consultation_id bigint NOT NULL,
    dwelling_id bigint NOT NULL,
    participant_id bigint
);
CREATE SEQUENCE public.endorsement_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.endorsement_id_seq OWNED BY public.endorsement.id;
CREATE TABLE public.enquiry (
    id bigint NOT NULL,
    state character varying(8) NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    held_by character varying(40) NOT NULL,
    held_at timestamp with time zone,
    closed_at timestamp with time zone,
    closed_by character varying(40) NOT NULL,
    account_id bigint,
    community_id bigint,
    delegation_id bigint,
    act character varying(20) DEFAULT ''::character varying NOT NULL,
    answered_at timestamp with time zone,
    answered_by character varying(40) DEFAULT ''::character varying NOT NULL,
    assigned_to character varying(40) DEFAULT ''::character varying NOT NULL,
    caller bytea,
    caller_phone bytea,
    channel character varying(8) DEFAULT 'chat'::character varying NOT NULL,
    department character varying(20) DEFAULT ''::character varying NOT NULL,
    grid_id bigint,
    key uuid,
    last_at timestamp with time zone NOT NULL,
    merged_into_id bigint,
    outcome character varying(10),
    place character varying(12) DEFAULT ''::character varying NOT NULL,
    resident_id bigint,
    routed_by character varying(40) DEFAULT ''::character varying NOT NULL,
    snoozed_until timestamp with time zone,
    waiting_since timestamp with time zone
);
CREATE SEQUENCE public.enquiry_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.enquiry_id_seq OWNED BY public.enquiry.id;
CREATE TABLE public.enquiry_line (
    id bigint NOT NULL,
    author character varying(40) NOT NULL,
    text bytea NOT NULL,
    media character varying(128) NOT NULL,
    at timestamp with time zone NOT NULL,
    key uuid,
    delivered character varying(8),
    errcode integer NOT NULL,
    enquiry_id bigint NOT NULL,
    fetch_at timestamp with time zone,
    fetched character varying(8),
    file uuid,
    kind character varying(8) DEFAULT 'said'::character varying NOT NULL,
    tries smallint DEFAULT 0 NOT NULL,
    account_id bigint
);
CREATE SEQUENCE public.enquiry_line_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.enquiry_line_id_seq OWNED BY public.enquiry_line.id;
CREATE TABLE public.estate (
    id bigint NOT NULL,
    code character varying(20) NOT NULL,
    name character varying(60) NOT NULL,
    aliases jsonb NOT NULL,
    kind character varying(20) NOT NULL,
    community_id bigint NOT NULL,
    corrected jsonb DEFAULT '[]'::jsonb NOT NULL
);
CREATE SEQUENCE public.estate_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.estate_id_seq OWNED BY public.estate.id;
CREATE TABLE public.event (
    id bigint NOT NULL,
    name character varying(40) NOT NULL,
    payload jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    dispatched_at timestamp with time zone
);
CREATE SEQUENCE public.event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.event_id_seq OWNED BY public.event.id;
CREATE TABLE public.grid (
    id bigint NOT NULL,
    code character varying(20) NOT NULL,
    name character varying(60) NOT NULL,
    community_id bigint NOT NULL
);
CREATE TABLE public.grid_assignment (
    id bigint NOT NULL,
    worker character varying(40) NOT NULL,
    phone character varying(40) NOT NULL,
    login character varying(40) NOT NULL,
    since date NOT NULL,
    until date,
    grid_id bigint NOT NULL,
    by_hand boolean DEFAULT false NOT NULL
);
CREATE SEQUENCE public.grid_assignment_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.grid_assignment_id_seq OWNED BY public.grid_assignment.id;
CREATE SEQUENCE public.grid_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.grid_id_seq OWNED BY public.grid.id;
CREATE TABLE public.grid_placement (
    id bigint NOT NULL,
    since date NOT NULL,
    until date,
    building_id bigint NOT NULL,
    grid_id bigint NOT NULL
);
CREATE SEQUENCE public.grid_placement_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.grid_placement_id_seq OWNED BY public.grid_placement.id;
CREATE TABLE public.guardianship (
    id bigint NOT NULL,
    relation character varying(20) NOT NULL,
    since date NOT NULL,
    until date,
    checked_by character varying(40) NOT NULL,
    guardian_id bigint NOT NULL,
    ward_id bigint NOT NULL
);
CREATE SEQUENCE public.guardianship_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.guardianship_id_seq OWNED BY public.guardianship.id;
CREATE TABLE public.hand_over (
    id bigint NOT NULL,
    begins_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    figures jsonb NOT NULL,
    written_at timestamp with time zone NOT NULL,
    taken_by character varying(40) NOT NULL,
    taken_at timestamp with time zone,
    organisation_id bigint NOT NULL
);
CREATE SEQUENCE public.hand_over_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.hand_over_id_seq OWNED BY public.hand_over.id;
CREATE TABLE public.holiday_table (
    id bigint NOT NULL,
    year smallint NOT NULL,
    free jsonb NOT NULL,
    worked jsonb NOT NULL,
    source character varying(200) NOT NULL,
    uploaded_by character varying(60) NOT NULL,
    uploaded_at timestamp with time zone NOT NULL
);
CREATE SEQUENCE public.holiday_table_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.holiday_table_id_seq OWNED BY public.holiday_table.id;
CREATE TABLE public.interview (
    id bigint NOT NULL,
    key character varying(60),
    state character varying(10) NOT NULL,
    title character varying(60) NOT NULL,
    introduction text NOT NULL,
    host character varying(40) NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    minutes smallint NOT NULL,
    reason character varying(200) NOT NULL,
    created_by character varying(40) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    opened_at timestamp with time zone,
    ended_at timestamp with time zone,
    organisation_id bigint NOT NULL
);
CREATE SEQUENCE public.interview_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.interview_id_seq OWNED BY public.interview.id;
CREATE TABLE public.job_run (
    id bigint NOT NULL,
    name character varying(60) NOT NULL,
    slot timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    failure character varying(200) NOT NULL
);
CREATE SEQUENCE public.job_run_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.job_run_id_seq OWNED BY public.job_run.id;
CREATE TABLE public.measure (
    id bigint NOT NULL,
    reason character varying(12) NOT NULL,
    remark character varying(200) NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    set_by character varying(40) NOT NULL,
    lifted_at timestamp with time zone,
    lifted_by character varying(40) NOT NULL,
    lifted_why character varying(200) NOT NULL,
    organisation_id bigint NOT NULL,
    participant_id bigint NOT NULL,
    CONSTRAINT ck_measure_ends CHECK ((ends_at > starts_at))
);
CREATE SEQUENCE public.measure_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.measure_id_seq OWNED BY public.measure.id;
CREATE TABLE public.meeting (
    id bigint NOT NULL,
    held_at timestamp with time zone NOT NULL,
    place character varying(60) NOT NULL,
    present integer NOT NULL,
    people character varying(200) NOT NULL,
    minutes text NOT NULL,
    points jsonb DEFAULT '[]'::jsonb NOT NULL,
    dissent jsonb DEFAULT '[]'::jsonb NOT NULL,
    following character varying(200) NOT NULL,
    recorded_by character varying(40) NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    consultation_id bigint NOT NULL
);
CREATE TABLE public.meeting_file (
    id bigint NOT NULL,
    added_by character varying(40) NOT NULL,
    file_id uuid NOT NULL,
    meeting_id bigint NOT NULL
);
CREATE SEQUENCE public.meeting_file_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.meeting_file_id_seq OWNED BY public.meeting_file.id;
CREATE SEQUENCE public.meeting_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.meeting_id_seq OWNED BY public.meeting.id;
CREATE TABLE public.membership (
    id bigint NOT NULL,
    role character varying(20) NOT NULL,
    relation character varying(20) NOT NULL,
    since date,
    until date,
    dwelling_id bigint NOT NULL,
    resident_id bigint NOT NULL
);
CREATE SEQUENCE public.membership_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.membership_id_seq OWNED BY public.membership.id;
CREATE TABLE public.message (
    key uuid NOT NULL,
    app_id character varying(40) NOT NULL,
    sender character varying(64) NOT NULL,
    kind character varying(40) NOT NULL,
    secret boolean NOT NULL,
    content bytea NOT NULL,
    answer bytea,
    after bytea,
    received_at timestamp with time zone NOT NULL,
    answer_until timestamp with time zone
);
CREATE TABLE public.message_template (
    id bigint NOT NULL,
    app_id character varying(40) NOT NULL,
    purpose character varying(16) NOT NULL,
    kind character varying(12) NOT NULL,
    template_id character varying(64) NOT NULL,
    mapping jsonb NOT NULL,
    enabled boolean DEFAULT true NOT NULL,
    failure character varying(120) DEFAULT ''::character varying NOT NULL
);
CREATE SEQUENCE public.message_template_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.message_template_id_seq OWNED BY public.message_template.id;
CREATE TABLE public.missed_question (
    id bigint NOT NULL,
    text bytea NOT NULL,
    why character varying(12) NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    settled_at timestamp with time zone,
    settled_by character varying(40) DEFAULT ''::character varying NOT NULL,
    article_id bigint,
    organisation_id bigint
);
CREATE SEQUENCE public.missed_question_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.missed_question_id_seq OWNED BY public.missed_question.id;
CREATE TABLE public.name_brake (
    id bigint NOT NULL,
    misses smallint NOT NULL,
    locked_until timestamp with time zone,
    account_id bigint NOT NULL
);
CREATE SEQUENCE public.name_brake_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.name_brake_id_seq OWNED BY public.name_brake.id;
CREATE TABLE public.named_ballot (
    id bigint NOT NULL,
    answer bytea NOT NULL,
    receipt bytea,
    receipt_index bytea,
    channel character varying(8) NOT NULL,
    cast_at timestamp with time zone NOT NULL,
    recorded_by character varying(40) NOT NULL,
    serial character varying(40),
    stands boolean NOT NULL,
    flaw character varying(20) NOT NULL,
    account_id bigint,
    entry_id bigint NOT NULL,
    photo_id uuid,
    poll_id bigint NOT NULL
);
CREATE SEQUENCE public.named_ballot_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.named_ballot_id_seq OWNED BY public.named_ballot.id;
CREATE TABLE public.notice (
    id bigint NOT NULL,
    key character varying(60),
    topic character varying(16) NOT NULL,
    state character varying(12) NOT NULL,
    version smallint DEFAULT 1 NOT NULL,
    title character varying(120) NOT NULL,
    body text NOT NULL,
    body_responsible character varying(60) NOT NULL,
    person_responsible character varying(40) NOT NULL,
    phone character varying(40) NOT NULL,
    starts_on date NOT NULL,
    ends_on date,
    wants_receipt boolean NOT NULL,
    audience jsonb NOT NULL,
    scope character varying(120) NOT NULL,
    paths smallint NOT NULL,
    launch_at timestamp with time zone,
    created_by character varying(40) NOT NULL,
    submitted_by character varying(40) NOT NULL,
    reviewed_by character varying(40) NOT NULL,
    sent_by character varying(40) NOT NULL,
    reason character varying(200) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    sent_at timestamp with time zone,
    withdrawn_at timestamp with time zone,
    organisation_id bigint NOT NULL,
    about character varying(40) DEFAULT ''::character varying NOT NULL,
    again_at timestamp with time zone,
    repeat character varying(20) DEFAULT 'never'::character varying NOT NULL,
    repeat_unread boolean DEFAULT false NOT NULL
);
CREATE TABLE public.notice_file (
    id bigint NOT NULL,
    added_by character varying(40) NOT NULL,
    file_id uuid NOT NULL,
    notice_id bigint NOT NULL
);
CREATE SEQUENCE public.notice_file_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.notice_file_id_seq OWNED BY public.notice_file.id;
CREATE SEQUENCE public.notice_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.notice_id_seq OWNED BY public.notice.id;
CREATE TABLE public.notice_reading (
    id bigint NOT NULL,
    version smallint NOT NULL,
    read_at timestamp with time zone NOT NULL,
    acknowledged_at timestamp with time zone,
    account_id bigint NOT NULL,
    dwelling_id bigint,
    notice_id bigint NOT NULL
);
CREATE SEQUENCE public.notice_reading_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.notice_reading_id_seq OWNED BY public.notice_reading.id;
CREATE TABLE public.notice_version (
    id bigint NOT NULL,
    number smallint NOT NULL,
    title character varying(120) NOT NULL,
    body text NOT NULL,
    reason character varying(200) NOT NULL,
    replaced_at timestamp with time zone NOT NULL,
    replaced_by character varying(40) NOT NULL,
    notice_id bigint NOT NULL
);
CREATE SEQUENCE public.notice_version_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.notice_version_id_seq OWNED BY public.notice_version.id;
CREATE TABLE public.notification (
    id bigint NOT NULL,
    text bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    attempted_at timestamp with time zone,
    outcome character varying(8),
    errcode integer NOT NULL,
    seen_at timestamp with time zone,
    account_id bigint NOT NULL
);
CREATE SEQUENCE public.notification_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.notification_id_seq OWNED BY public.notification.id;
CREATE TABLE public.official_account (
    id bigint NOT NULL,
    slug character varying(40) NOT NULL,
    name character varying(60) NOT NULL,
    app_id character varying(40) NOT NULL,
    app_secret bytea NOT NULL,
    token bytea NOT NULL,
    aes_key bytea NOT NULL,
    mode character varying(12) NOT NULL,
    active boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    organisation_id bigint NOT NULL
);
CREATE SEQUENCE public.official_account_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.official_account_id_seq OWNED BY public.official_account.id;
CREATE TABLE public.opt_out (
    id bigint NOT NULL,
    topic character varying(16) NOT NULL,
    since timestamp with time zone NOT NULL,
    account_id bigint NOT NULL
);
CREATE SEQUENCE public.opt_out_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.opt_out_id_seq OWNED BY public.opt_out.id;
CREATE TABLE public.organisation (
    id bigint NOT NULL,
    code character varying(12) NOT NULL,
    name character varying(60) NOT NULL,
    level character varying(12) NOT NULL,
    phone character varying(40) NOT NULL,
    hall character varying(120) NOT NULL,
    parent_id bigint,
    corrected jsonb DEFAULT '[]'::jsonb NOT NULL
);
CREATE SEQUENCE public.organisation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.organisation_id_seq OWNED BY public.organisation.id;
CREATE TABLE public.ownership (
    id bigint NOT NULL,
    key character varying(120) NOT NULL,
    head character varying(80) NOT NULL,
    holder character varying(20) NOT NULL,
    name bytea NOT NULL,
    name_index bytea NOT NULL,
    id_no bytea,
    phone bytea,
    share character varying(20) NOT NULL,
    dwelling_id bigint NOT NULL,
    resident_id bigint
);
CREATE SEQUENCE public.ownership_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.ownership_id_seq OWNED BY public.ownership.id;
CREATE TABLE public.participant (
    id bigint NOT NULL,
    person bytea NOT NULL,
    nickname character varying(12) NOT NULL,
    joined_at timestamp with time zone NOT NULL,
    account_id bigint,
    resident_id bigint
);
CREATE SEQUENCE public.participant_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.participant_id_seq OWNED BY public.participant.id;
CREATE TABLE public.poll (
    id bigint NOT NULL,
    key character varying(60),
    kind character varying(20) NOT NULL,
    state character varying(12) NOT NULL,
    title character varying(120) NOT NULL,
    explanation text NOT NULL,
    choices jsonb NOT NULL,
    abstain character varying(40) NOT NULL,
    places jsonb NOT NULL,
    scope character varying(60) NOT NULL,
    organiser character varying(120) NOT NULL,
    contact character varying(60) NOT NULL,
    legal_effect character varying(12) NOT NULL,
    secret boolean NOT NULL,
    min_age smallint NOT NULL,
    opens_at timestamp with time zone NOT NULL,
    closes_at timestamp with time zone NOT NULL,
    created_by character varying(40) NOT NULL,
    published_by character varying(40) NOT NULL,
    opened_at timestamp with time zone,
    closed_at timestamp with time zone,
    result jsonb,
    organisation_id bigint NOT NULL,
    announced_at timestamp with time zone,
    archived_at timestamp with time zone,
    certified_at timestamp with time zone,
    certified_by character varying(40) DEFAULT ''::character varying NOT NULL,
    changeable boolean DEFAULT false NOT NULL,
    counted_at timestamp with time zone,
    counted_by character varying(40) DEFAULT ''::character varying NOT NULL,
    dimensions jsonb DEFAULT '[]'::jsonb NOT NULL,
    electorate character varying(12) DEFAULT 'household'::character varying NOT NULL,
    legal_basis character varying(200) DEFAULT ''::character varying NOT NULL,
    matter smallint,
    max_choices smallint DEFAULT 1 NOT NULL,
    reason character varying(200) DEFAULT ''::character varying NOT NULL,
    reviewed_by character varying(40) DEFAULT ''::character varying NOT NULL,
    scale jsonb DEFAULT '[]'::jsonb NOT NULL,
    submitted_by character varying(40) DEFAULT ''::character varying NOT NULL,
    terms jsonb DEFAULT '{}'::jsonb NOT NULL
);
CREATE TABLE public.poll_change (
    id bigint NOT NULL,
    field character varying(20) NOT NULL,
    before text NOT NULL,
    after text NOT NULL,
    reason character varying(200) NOT NULL,
    made_by character varying(40) NOT NULL,
    made_at timestamp with time zone NOT NULL,
    poll_id bigint NOT NULL
);
CREATE SEQUENCE public.poll_change_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.poll_change_id_seq OWNED BY public.poll_change.id;
CREATE TABLE public.poll_elector (
    id bigint NOT NULL,
    poll_id bigint NOT NULL,
    resident_id bigint NOT NULL
);
CREATE SEQUENCE public.poll_elector_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.poll_elector_id_seq OWNED BY public.poll_elector.id;
CREATE TABLE public.poll_file (
    id bigint NOT NULL,
    kind character varying(12) NOT NULL,
    added_by character varying(40) NOT NULL,
    added_at timestamp with time zone NOT NULL,
    file_id uuid NOT NULL,
    poll_id bigint NOT NULL
);
CREATE SEQUENCE public.poll_file_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.poll_file_id_seq OWNED BY public.poll_file.id;
CREATE SEQUENCE public.poll_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.poll_id_seq OWNED BY public.poll.id;
CREATE TABLE public.post (
    id bigint NOT NULL,
    kind character varying(10) NOT NULL,
    subject character varying(40) NOT NULL,
    written_by character varying(40) NOT NULL,
    speaker character varying(20) NOT NULL,
    nickname character varying(30) NOT NULL,
    text text NOT NULL,
    rewritten text NOT NULL,
    fingerprint character varying(32) NOT NULL,
    state character varying(10) NOT NULL,
    checks jsonb DEFAULT '[]'::jsonb NOT NULL,
    platform_check character varying(10) NOT NULL,
    platform_trace character varying(80) NOT NULL,
    reason character varying(12),
    remark character varying(200) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone,
    decided_at timestamp with time zone,
    decided_by character varying(40) NOT NULL,
    published_at timestamp with time zone,
    keep_until date,
    reported_at timestamp with time zone,
    reported_by character varying(40) NOT NULL,
    author_id bigint,
    organisation_id bigint NOT NULL
);
CREATE SEQUENCE public.post_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.post_id_seq OWNED BY public.post.id;
CREATE TABLE public.post_like (
    id bigint NOT NULL,
    made_at timestamp with time zone NOT NULL,
    participant_id bigint NOT NULL,
    post_id bigint NOT NULL
);
CREATE SEQUENCE public.post_like_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.post_like_id_seq OWNED BY public.post_like.id;
CREATE TABLE public.post_report (
    id bigint NOT NULL,
    reason character varying(12) NOT NULL,
    made_at timestamp with time zone NOT NULL,
    settled_at timestamp with time zone,
    settled_by character varying(40) NOT NULL,
    participant_id bigint NOT NULL,
    post_id bigint NOT NULL
);
CREATE SEQUENCE public.post_report_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.post_report_id_seq OWNED BY public.post_report.id;
CREATE TABLE public.question (
    id bigint NOT NULL,
    backed_before integer DEFAULT 0 NOT NULL,
    answer text NOT NULL,
    answered_by character varying(40) NOT NULL,
    answered_at timestamp with time zone,
    interview_id bigint NOT NULL,
    post_id bigint NOT NULL,
    corrected_at timestamp with time zone
);
CREATE TABLE public.question_backing (
    id bigint NOT NULL,
    made_at timestamp with time zone NOT NULL,
    participant_id bigint NOT NULL,
    question_id bigint NOT NULL
);
CREATE SEQUENCE public.question_backing_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.question_backing_id_seq OWNED BY public.question_backing.id;
CREATE SEQUENCE public.question_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.question_id_seq OWNED BY public.question.id;
CREATE TABLE public.resident (
    id bigint NOT NULL,
    key character varying(60),
    name bytea NOT NULL,
    name_index bytea NOT NULL,
    phone bytea,
    phone_index bytea,
    id_no bytea,
    id_no_index bytea,
    sex character varying(2) NOT NULL,
    birth_on date,
    tags jsonb NOT NULL,
    corrected jsonb DEFAULT '[]'::jsonb NOT NULL,
    huji character varying(20) DEFAULT ''::character varying NOT NULL,
    merged_into_id bigint,
    surname_index bytea
);
CREATE SEQUENCE public.resident_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.resident_id_seq OWNED BY public.resident.id;
CREATE TABLE public.resident_merge (
    id bigint NOT NULL,
    moved jsonb NOT NULL,
    reason character varying(200) NOT NULL,
    merged_at timestamp with time zone NOT NULL,
    merged_by character varying(40) NOT NULL,
    undone_at timestamp with time zone,
    undone_by character varying(40) NOT NULL,
    gone_id bigint NOT NULL,
    kept_id bigint NOT NULL
);
CREATE SEQUENCE public.resident_merge_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.resident_merge_id_seq OWNED BY public.resident_merge.id;
CREATE TABLE public.roll_entry (
    id bigint NOT NULL,
    dwelling_id bigint NOT NULL,
    poll_id bigint NOT NULL,
    area numeric(16,4) DEFAULT 0 NOT NULL,
    heads smallint DEFAULT 1 NOT NULL,
    resident_id bigint,
    voice character varying(100) NOT NULL
);
CREATE SEQUENCE public.roll_entry_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.roll_entry_id_seq OWNED BY public.roll_entry.id;
CREATE TABLE public.roll_mark (
    id bigint NOT NULL,
    channel character varying(8) NOT NULL,
    voter bytea NOT NULL,
    cast_at timestamp with time zone NOT NULL,
    entry_id bigint NOT NULL,
    recorded_by character varying(40) DEFAULT ''::character varying NOT NULL
);
CREATE SEQUENCE public.roll_mark_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.roll_mark_id_seq OWNED BY public.roll_mark.id;
CREATE TABLE public.roll_objection (
    id bigint NOT NULL,
    made_at timestamp with time zone NOT NULL,
    due_on date NOT NULL,
    answer character varying(200) NOT NULL,
    answered_by character varying(40) NOT NULL,
    answered_at timestamp with time zone,
    account_id bigint,
    dwelling_id bigint NOT NULL,
    poll_id bigint NOT NULL
);
CREATE SEQUENCE public.roll_objection_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.roll_objection_id_seq OWNED BY public.roll_objection.id;
CREATE TABLE public.roll_part (
    id bigint NOT NULL,
    area numeric(12,4) NOT NULL,
    dwelling_id bigint NOT NULL,
    entry_id bigint NOT NULL
);
CREATE SEQUENCE public.roll_part_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.roll_part_id_seq OWNED BY public.roll_part.id;
CREATE TABLE public.saved_audience (
    id bigint NOT NULL,
    name character varying(40) NOT NULL,
    audience jsonb NOT NULL,
    created_by character varying(40) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    organisation_id bigint NOT NULL
);
CREATE SEQUENCE public.saved_audience_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.saved_audience_id_seq OWNED BY public.saved_audience.id;
CREATE TABLE public.sealed_choice (
    id bigint NOT NULL,
    number integer NOT NULL,
    answer character varying(80) NOT NULL,
    heads integer NOT NULL,
    area numeric(16,4) NOT NULL,
    seal bytea NOT NULL,
    poll_id bigint NOT NULL
);
CREATE SEQUENCE public.sealed_choice_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.sealed_choice_id_seq OWNED BY public.sealed_choice.id;
CREATE TABLE public.sealed_receipt (
    id bigint NOT NULL,
    number integer NOT NULL,
    receipt character varying(14) NOT NULL,
    answer character varying(80) NOT NULL,
    seal bytea NOT NULL,
    poll_id bigint NOT NULL
);
CREATE SEQUENCE public.sealed_receipt_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.sealed_receipt_id_seq OWNED BY public.sealed_receipt.id;
CREATE TABLE public.search_entry (
    id bigint NOT NULL,
    kind character varying(20) NOT NULL,
    subject_id bigint NOT NULL,
    place character varying(40) NOT NULL,
    words tsvector NOT NULL
);
CREATE SEQUENCE public.search_entry_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.search_entry_id_seq OWNED BY public.search_entry.id;
CREATE TABLE public.send_budget (
    id bigint NOT NULL,
    app_id character varying(40) NOT NULL,
    path character varying(12) NOT NULL,
    per_second double precision NOT NULL,
    burst integer NOT NULL,
    per_day integer NOT NULL,
    tokens double precision NOT NULL,
    filled_at timestamp with time zone NOT NULL,
    day date NOT NULL,
    used integer DEFAULT 0 NOT NULL,
    closed_until timestamp with time zone,
    reason character varying(120) DEFAULT ''::character varying NOT NULL
);
CREATE SEQUENCE public.send_budget_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.send_budget_id_seq OWNED BY public.send_budget.id;
CREATE TABLE public.shared (
    name character varying(40) NOT NULL,
    value jsonb NOT NULL
);
CREATE TABLE public.staff_member (
    id bigint NOT NULL,
    login character varying(40) NOT NULL,
    name character varying(40) NOT NULL,
    password_hash character varying(200) NOT NULL,
    role character varying(12) NOT NULL,
    active boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_login_at timestamp with time zone,
    organisation_id bigint NOT NULL,
    must_change_password boolean DEFAULT false NOT NULL,
    recovery_hashes jsonb DEFAULT '[]'::jsonb NOT NULL,
    totp_confirmed_at timestamp with time zone,
    totp_secret bytea,
    totp_step bigint DEFAULT 0 NOT NULL,
    phone bytea
);
CREATE SEQUENCE public.staff_member_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.staff_member_id_seq OWNED BY public.staff_member.id;
CREATE TABLE public.stance (
    id bigint NOT NULL,
    value smallint NOT NULL,
    taken_at timestamp with time zone NOT NULL,
    participant_id bigint NOT NULL,
    statement_id bigint NOT NULL,
    CONSTRAINT ck_stance_value CHECK ((value = ANY (ARRAY['-1'::integer, 0, 1])))
);
CREATE SEQUENCE public.stance_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.stance_id_seq OWNED BY public.stance.id;
CREATE TABLE public.statement (
    id bigint NOT NULL,
    merged_by character varying(40) NOT NULL,
    kept_apart jsonb DEFAULT '[]'::jsonb NOT NULL,
    priority double precision DEFAULT 1 NOT NULL,
    agreed integer DEFAULT 0 NOT NULL,
    disagreed integer DEFAULT 0 NOT NULL,
    passed integer DEFAULT 0 NOT NULL,
    consultation_id bigint NOT NULL,
    merged_into_id bigint,
    post_id bigint NOT NULL
);
CREATE SEQUENCE public.statement_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.statement_id_seq OWNED BY public.statement.id;
CREATE TABLE public.statement_reply (
    id bigint NOT NULL,
    statement_id bigint NOT NULL,
    post_id bigint NOT NULL
);
CREATE SEQUENCE public.statement_reply_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.statement_reply_id_seq OWNED BY public.statement_reply.id;
CREATE TABLE public.stored_file (
    key uuid NOT NULL,
    purpose character varying(40) NOT NULL,
    place character varying(40) NOT NULL,
    owner character varying(60) NOT NULL,
    name character varying(120) NOT NULL,
    content_type character varying(80) NOT NULL,
    size bigint NOT NULL,
    digest bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone
);
CREATE TABLE public.subscription (
    id bigint NOT NULL,
    standing boolean DEFAULT false NOT NULL,
    credits smallint DEFAULT 0 NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    account_id bigint NOT NULL,
    template_id bigint NOT NULL,
    CONSTRAINT subscription_credits CHECK ((credits >= 0))
);
CREATE SEQUENCE public.subscription_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.subscription_id_seq OWNED BY public.subscription.id;
CREATE TABLE public.topic_opinion (
    id bigint NOT NULL,
    found jsonb NOT NULL,
    computed_at timestamp with time zone NOT NULL,
    consultation_id bigint NOT NULL
);
CREATE SEQUENCE public.topic_opinion_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.topic_opinion_id_seq OWNED BY public.topic_opinion.id;
CREATE TABLE public.tortoise_migrations (
    id integer NOT NULL,
    app character varying(255) NOT NULL,
    name character varying(255) NOT NULL,
    applied_at timestamp with time zone NOT NULL
);
CREATE SEQUENCE public.tortoise_migrations_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.tortoise_migrations_id_seq OWNED BY public.tortoise_migrations.id;
CREATE TABLE public.undertaking (
    id bigint NOT NULL,
    what character varying(120) NOT NULL,
    owner character varying(40) NOT NULL,
    due_on date NOT NULL,
    first_due_on date NOT NULL,
    late_why character varying(200) NOT NULL,
    done_at timestamp with time zone,
    done_by character varying(40) NOT NULL,
    outcome character varying(200) NOT NULL,
    created_by character varying(40) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    consultation_id bigint,
    interview_id bigint,
    organisation_id bigint NOT NULL,
    question_id bigint,
    CONSTRAINT ck_undertaking_of_one CHECK ((num_nonnulls(consultation_id, interview_id) = 1))
);
CREATE SEQUENCE public.undertaking_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.undertaking_id_seq OWNED BY public.undertaking.id;
CREATE TABLE public.verification_file (
    id bigint NOT NULL,
    name character varying(60) NOT NULL,
    body character varying(200) NOT NULL,
    uploaded_by character varying(40) NOT NULL,
    uploaded_at timestamp with time zone NOT NULL
);
CREATE SEQUENCE public.verification_file_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.verification_file_id_seq OWNED BY public.verification_file.id;
CREATE TABLE public.watched_word (
    id bigint NOT NULL,
    word character varying(30) NOT NULL,
    refuses boolean NOT NULL,
    reason character varying(12) NOT NULL,
    basis character varying(120) NOT NULL,
    added_by character varying(40) NOT NULL,
    added_at timestamp with time zone NOT NULL,
    organisation_id bigint NOT NULL
);
CREATE SEQUENCE public.watched_word_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.watched_word_id_seq OWNED BY public.watched_word.id;
ALTER TABLE ONLY public.account ALTER COLUMN id SET DEFAULT nextval('public.account_id_seq'::regclass);
ALTER TABLE ONLY public.alarm ALTER COLUMN id SET DEFAULT nextval('public.alarm_id_seq'::regclass);
ALTER TABLE ONLY public.alarm_call ALTER COLUMN id SET DEFAULT nextval('public.alarm_call_id_seq'::regclass);
ALTER TABLE ONLY public.appeal ALTER COLUMN id SET DEFAULT nextval('public.appeal_id_seq'::regclass);
ALTER TABLE ONLY public.appraisal ALTER COLUMN id SET DEFAULT nextval('public.appraisal_id_seq'::regclass);
ALTER TABLE ONLY public.article ALTER COLUMN id SET DEFAULT nextval('public.article_id_seq'::regclass);
ALTER TABLE ONLY public.article_rating ALTER COLUMN id SET DEFAULT nextval('public.article_rating_id_seq'::regclass);
ALTER TABLE ONLY public.article_version ALTER COLUMN id SET DEFAULT nextval('public.article_version_id_seq'::regclass);
ALTER TABLE ONLY public.attempt ALTER COLUMN id SET DEFAULT nextval('public.attempt_id_seq'::regclass);
ALTER TABLE ONLY public.audit_entry ALTER COLUMN id SET DEFAULT nextval('public.audit_entry_id_seq'::regclass);
ALTER TABLE ONLY public.binding ALTER COLUMN id SET DEFAULT nextval('public.binding_id_seq'::regclass);
ALTER TABLE ONLY public.box_count ALTER COLUMN id SET DEFAULT nextval('public.box_count_id_seq'::regclass);
ALTER TABLE ONLY public.building ALTER COLUMN id SET DEFAULT nextval('public.building_id_seq'::regclass);
ALTER TABLE ONLY public.building_link ALTER COLUMN id SET DEFAULT nextval('public.building_link_id_seq'::regclass);
ALTER TABLE ONLY public.campaign ALTER COLUMN id SET DEFAULT nextval('public.campaign_id_seq'::regclass);
ALTER TABLE ONLY public.canned_reply ALTER COLUMN id SET DEFAULT nextval('public.canned_reply_id_seq'::regclass);
ALTER TABLE ONLY public.code_brake ALTER COLUMN id SET DEFAULT nextval('public.code_brake_id_seq'::regclass);
ALTER TABLE ONLY public.consent_record ALTER COLUMN id SET DEFAULT nextval('public.consent_record_id_seq'::regclass);
ALTER TABLE ONLY public.consultation ALTER COLUMN id SET DEFAULT nextval('public.consultation_id_seq'::regclass);
ALTER TABLE ONLY public.consultation_rules ALTER COLUMN id SET DEFAULT nextval('public.consultation_rules_id_seq'::regclass);
ALTER TABLE ONLY public.consultation_step ALTER COLUMN id SET DEFAULT nextval('public.consultation_step_id_seq'::regclass);
ALTER TABLE ONLY public.contact_window ALTER COLUMN id SET DEFAULT nextval('public.contact_window_id_seq'::regclass);
ALTER TABLE ONLY public.correction ALTER COLUMN id SET DEFAULT nextval('public.correction_id_seq'::regclass);
ALTER TABLE ONLY public.daily_fact ALTER COLUMN id SET DEFAULT nextval('public.daily_fact_id_seq'::regclass);
ALTER TABLE ONLY public.delegated_act ALTER COLUMN id SET DEFAULT nextval('public.delegated_act_id_seq'::regclass);
ALTER TABLE ONLY public.delegation ALTER COLUMN id SET DEFAULT nextval('public.delegation_id_seq'::regclass);
ALTER TABLE ONLY public.delivery ALTER COLUMN id SET DEFAULT nextval('public.delivery_id_seq'::regclass);
ALTER TABLE ONLY public.door_code ALTER COLUMN id SET DEFAULT nextval('public.door_code_id_seq'::regclass);
ALTER TABLE ONLY public.duty_shift ALTER COLUMN id SET DEFAULT nextval('public.duty_shift_id_seq'::regclass);
ALTER TABLE ONLY public.dwelling ALTER COLUMN id SET DEFAULT nextval('public.dwelling_id_seq'::regclass);
ALTER TABLE ONLY public.endorsement ALTER COLUMN id SET DEFAULT nextval('public.endorsement_id_seq'::regclass);
ALTER TABLE ONLY public.enquiry ALTER COLUMN id SET DEFAULT nextval('public.enquiry_id_seq'::regclass);
ALTER TABLE ONLY public.enquiry_line ALTER COLUMN id SET DEFAULT nextval('public.enquiry_line_id_seq'::regclass);
ALTER TABLE ONLY public.estate ALTER COLUMN id SET DEFAULT nextval('public.estate_id_seq'::regclass);
ALTER TABLE ONLY public.event ALTER COLUMN id SET DEFAULT nextval('public.event_id_seq'::regclass);
ALTER TABLE ONLY public.grid ALTER COLUMN id SET DEFAULT nextval('public.grid_id_seq'::regclass);
ALTER TABLE ONLY public.grid_assignment ALTER COLUMN id SET DEFAULT nextval('public.grid_assignment_id_seq'::regclass);
ALTER TABLE ONLY public.grid_placement ALTER COLUMN id SET DEFAULT nextval('public.grid_placement_id_seq'::regclass);
ALTER TABLE ONLY public.guardianship ALTER COLUMN id SET DEFAULT nextval('public.guardianship_id_seq'::regclass);
ALTER TABLE ONLY public.hand_over ALTER COLUMN id SET DEFAULT nextval('public.hand_over_id_seq'::regclass);
ALTER TABLE ONLY public.holiday_table ALTER COLUMN id SET DEFAULT nextval('public.holiday_table_id_seq'::regclass);
ALTER TABLE ONLY public.interview ALTER COLUMN id SET DEFAULT nextval('public.interview_id_seq'::regclass);
ALTER TABLE ONLY public.job_run ALTER COLUMN id SET DEFAULT nextval('public.job_run_id_seq'::regclass);
ALTER TABLE ONLY public.measure ALTER COLUMN id SET DEFAULT nextval('public.measure_id_seq'::regclass);
ALTER TABLE ONLY public.meeting ALTER COLUMN id SET DEFAULT nextval('public.meeting_id_seq'::regclass);
ALTER TABLE ONLY public.meeting_file ALTER COLUMN id SET DEFAULT nextval('public.meeting_file_id_seq'::regclass);
ALTER TABLE ONLY public.membership ALTER COLUMN id SET DEFAULT nextval('public.membership_id_seq'::regclass);
ALTER TABLE ONLY public.message_template ALTER COLUMN id SET DEFAULT nextval('public.message_template_id_seq'::regclass);
ALTER TABLE ONLY public.missed_question ALTER COLUMN id SET DEFAULT nextval('public.missed_question_id_seq'::regclass);
ALTER TABLE ONLY public.name_brake ALTER COLUMN id SET DEFAULT nextval('public.name_brake_id_seq'::regclass);
ALTER TABLE ONLY public.named_ballot ALTER COLUMN id SET DEFAULT nextval('public.named_ballot_id_seq'::regclass);
ALTER TABLE ONLY public.notice ALTER COLUMN id SET DEFAULT nextval('public.notice_id_seq'::regclass);
ALTER TABLE ONLY public.notice_file ALTER COLUMN id SET DEFAULT nextval('public.notice_file_id_seq'::regclass);
ALTER TABLE ONLY public.notice_reading ALTER COLUMN id SET DEFAULT nextval('public.notice_reading_id_seq'::regclass);
ALTER TABLE ONLY public.notice_version ALTER COLUMN id SET DEFAULT nextval('public.notice_version_id_seq'::regclass);
ALTER TABLE ONLY public.notification ALTER COLUMN id SET DEFAULT nextval('public.notification_id_seq'::regclass);
ALTER TABLE ONLY public.official_account ALTER COLUMN id SET DEFAULT nextval('public.official_account_id_seq'::regclass);
ALTER TABLE ONLY public.opt_out ALTER COLUMN id SET DEFAULT nextval('public.opt_out_id_seq'::regclass);
ALTER TABLE ONLY public.organisation ALTER COLUMN id SET DEFAULT nextval('public.organisation_id_seq'::regclass);
ALTER TABLE ONLY public.ownership ALTER COLUMN id SET DEFAULT nextval('public.ownership_id_seq'::regclass);
ALTER TABLE ONLY public.participant ALTER COLUMN id SET DEFAULT nextval('public.participant_id_seq'::regclass);
ALTER TABLE ONLY public.poll ALTER COLUMN id SET DEFAULT nextval('public.poll_id_seq'::regclass);
ALTER TABLE ONLY public.poll_change ALTER COLUMN id SET DEFAULT nextval('public.poll_change_id_seq'::regclass);
ALTER TABLE ONLY public.poll_elector ALTER COLUMN id SET DEFAULT nextval('public.poll_elector_id_seq'::regclass);
ALTER TABLE ONLY public.poll_file ALTER COLUMN id SET DEFAULT nextval('public.poll_file_id_seq'::regclass);
ALTER TABLE ONLY public.post ALTER COLUMN id SET DEFAULT nextval('public.post_id_seq'::regclass);
ALTER TABLE ONLY public.post_like ALTER COLUMN id SET DEFAULT nextval('public.post_like_id_seq'::regclass);
ALTER TABLE ONLY public.post_report ALTER COLUMN id SET DEFAULT nextval('public.post_report_id_seq'::regclass);
ALTER TABLE ONLY public.question ALTER COLUMN id SET DEFAULT nextval('public.question_id_seq'::regclass);
ALTER TABLE ONLY public.question_backing ALTER COLUMN id SET DEFAULT nextval('public.question_backing_id_seq'::regclass);
ALTER TABLE ONLY public.resident ALTER COLUMN id SET DEFAULT nextval('public.resident_id_seq'::regclass);
ALTER TABLE ONLY public.resident_merge ALTER COLUMN id SET DEFAULT nextval('public.resident_merge_id_seq'::regclass);
ALTER TABLE ONLY public.roll_entry ALTER COLUMN id SET DEFAULT nextval('public.roll_entry_id_seq'::regclass);
ALTER TABLE ONLY public.roll_mark ALTER COLUMN id SET DEFAULT nextval('public.roll_mark_id_seq'::regclass);
ALTER TABLE ONLY public.roll_objection ALTER COLUMN id SET DEFAULT nextval('public.roll_objection_id_seq'::regclass);
ALTER TABLE ONLY public.roll_part ALTER COLUMN id SET DEFAULT nextval('public.roll_part_id_seq'::regclass);
ALTER TABLE ONLY public.saved_audience ALTER COLUMN id SET DEFAULT nextval('public.saved_audience_id_seq'::regclass);
ALTER TABLE ONLY public.sealed_choice ALTER COLUMN id SET DEFAULT nextval('public.sealed_choice_id_seq'::regclass);
ALTER TABLE ONLY public.sealed_receipt ALTER COLUMN id SET DEFAULT nextval('public.sealed_receipt_id_seq'::regclass);
ALTER TABLE ONLY public.search_entry ALTER COLUMN id SET DEFAULT nextval('public.search_entry_id_seq'::regclass);
ALTER TABLE ONLY public.send_budget ALTER COLUMN id SET DEFAULT nextval('public.send_budget_id_seq'::regclass);
ALTER TABLE ONLY public.staff_member ALTER COLUMN id SET DEFAULT nextval('public.staff_member_id_seq'::regclass);
ALTER TABLE ONLY public.stance ALTER COLUMN id SET DEFAULT nextval('public.stance_id_seq'::regclass);
ALTER TABLE ONLY public.statement ALTER COLUMN id SET DEFAULT nextval('public.statement_id_seq'::regclass);
ALTER TABLE ONLY public.statement_reply ALTER COLUMN id SET DEFAULT nextval('public.statement_reply_id_seq'::regclass);
ALTER TABLE ONLY public.subscription ALTER COLUMN id SET DEFAULT nextval('public.subscription_id_seq'::regclass);
ALTER TABLE ONLY public.topic_opinion ALTER COLUMN id SET DEFAULT nextval('public.topic_opinion_id_seq'::regclass);
ALTER TABLE ONLY public.tortoise_migrations ALTER COLUMN id SET DEFAULT nextval('public.tortoise_migrations_id_seq'::regclass);
ALTER TABLE ONLY public.undertaking ALTER COLUMN id SET DEFAULT nextval('public.undertaking_id_seq'::regclass);
ALTER TABLE ONLY public.verification_file ALTER COLUMN id SET DEFAULT nextval('public.verification_file_id_seq'::regclass);
ALTER TABLE ONLY public.watched_word ALTER COLUMN id SET DEFAULT nextval('public.watched_word_id_seq'::regclass);
ALTER TABLE ONLY public.account
    ADD CONSTRAINT account_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.alarm_call
    ADD CONSTRAINT alarm_call_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.alarm
    ADD CONSTRAINT alarm_key_key UNIQUE (key);
ALTER TABLE ONLY public.alarm
    ADD CONSTRAINT alarm_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.appeal
    ADD CONSTRAINT appeal_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.appraisal
    ADD CONSTRAINT appraisal_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.article
    ADD CONSTRAINT article_key_key UNIQUE (key);
ALTER TABLE ONLY public.article
    ADD CONSTRAINT article_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.article_rating
    ADD CONSTRAINT article_rating_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.article_version
    ADD CONSTRAINT article_version_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.attempt
    ADD CONSTRAINT attempt_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.audit_entry
    ADD CONSTRAINT audit_entry_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.ballot
    ADD CONSTRAINT ballot_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.binding
    ADD CONSTRAINT binding_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.box_count
    ADD CONSTRAINT box_count_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.building
    ADD CONSTRAINT building_code_key UNIQUE (code);
ALTER TABLE ONLY public.building_link
    ADD CONSTRAINT building_link_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.building
    ADD CONSTRAINT building_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.campaign
    ADD CONSTRAINT campaign_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.campaign
    ADD CONSTRAINT campaign_subject_key UNIQUE (subject);
ALTER TABLE ONLY public.canned_reply
    ADD CONSTRAINT canned_reply_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.code_brake
    ADD CONSTRAINT code_brake_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.consent_record
    ADD CONSTRAINT consent_record_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.consultation
    ADD CONSTRAINT consultation_key_key UNIQUE (key);
ALTER TABLE ONLY public.consultation
    ADD CONSTRAINT consultation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.consultation
    ADD CONSTRAINT consultation_post_id_key UNIQUE (post_id);
ALTER TABLE ONLY public.consultation_rules
    ADD CONSTRAINT consultation_rules_organisation_id_key UNIQUE (organisation_id);
ALTER TABLE ONLY public.consultation_rules
    ADD CONSTRAINT consultation_rules_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.consultation_step
    ADD CONSTRAINT consultation_step_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.contact_window
    ADD CONSTRAINT contact_window_account_id_key UNIQUE (account_id);
ALTER TABLE ONLY public.contact_window
    ADD CONSTRAINT contact_window_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.correction
    ADD CONSTRAINT correction_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.daily_fact
    ADD CONSTRAINT daily_fact_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.delegated_act
    ADD CONSTRAINT delegated_act_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.delegation
    ADD CONSTRAINT delegation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT delivery_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.door_code
    ADD CONSTRAINT door_code_code_index_key UNIQUE (code_index);
ALTER TABLE ONLY public.door_code
    ADD CONSTRAINT door_code_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.duty_shift
    ADD CONSTRAINT duty_shift_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.dwelling
    ADD CONSTRAINT dwelling_code_key UNIQUE (code);
ALTER TABLE ONLY public.dwelling
    ADD CONSTRAINT dwelling_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.endorsement
    ADD CONSTRAINT endorsement_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.enquiry
    ADD CONSTRAINT enquiry_key_key UNIQUE (key);
ALTER TABLE ONLY public.enquiry_line
    ADD CONSTRAINT enquiry_line_key_key UNIQUE (key);
ALTER TABLE ONLY public.enquiry_line
    ADD CONSTRAINT enquiry_line_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.enquiry
    ADD CONSTRAINT enquiry_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.estate
    ADD CONSTRAINT estate_code_key UNIQUE (code);
ALTER TABLE ONLY public.estate
    ADD CONSTRAINT estate_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.event
    ADD CONSTRAINT event_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.grid_assignment
    ADD CONSTRAINT ex_grid_assignment EXCLUDE USING gist (grid_id WITH =, daterange(since, until) WITH &&);
ALTER TABLE ONLY public.grid_placement
    ADD CONSTRAINT ex_grid_placement EXCLUDE USING gist (building_id WITH =, daterange(since, until) WITH &&);
ALTER TABLE ONLY public.grid_assignment
    ADD CONSTRAINT grid_assignment_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.grid
    ADD CONSTRAINT grid_code_key UNIQUE (code);
ALTER TABLE ONLY public.grid
    ADD CONSTRAINT grid_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.grid_placement
    ADD CONSTRAINT grid_placement_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.guardianship
    ADD CONSTRAINT guardianship_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.hand_over
    ADD CONSTRAINT hand_over_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.holiday_table
    ADD CONSTRAINT holiday_table_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.holiday_table
    ADD CONSTRAINT holiday_table_year_key UNIQUE (year);
ALTER TABLE ONLY public.interview
    ADD CONSTRAINT interview_key_key UNIQUE (key);
ALTER TABLE ONLY public.interview
    ADD CONSTRAINT interview_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.job_run
    ADD CONSTRAINT job_run_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.measure
    ADD CONSTRAINT measure_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.meeting_file
    ADD CONSTRAINT meeting_file_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.meeting
    ADD CONSTRAINT meeting_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.membership
    ADD CONSTRAINT membership_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.message
    ADD CONSTRAINT message_pkey PRIMARY KEY (key);
ALTER TABLE ONLY public.message_template
    ADD CONSTRAINT message_template_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.missed_question
    ADD CONSTRAINT missed_question_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.name_brake
    ADD CONSTRAINT name_brake_account_id_key UNIQUE (account_id);
ALTER TABLE ONLY public.name_brake
    ADD CONSTRAINT name_brake_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.named_ballot
    ADD CONSTRAINT named_ballot_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.notice_file
    ADD CONSTRAINT notice_file_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.notice
    ADD CONSTRAINT notice_key_key UNIQUE (key);
ALTER TABLE ONLY public.notice
    ADD CONSTRAINT notice_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.notice_reading
    ADD CONSTRAINT notice_reading_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.notice_version
    ADD CONSTRAINT notice_version_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.notification
    ADD CONSTRAINT notification_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.official_account
    ADD CONSTRAINT official_account_app_id_key UNIQUE (app_id);
ALTER TABLE ONLY public.official_account
    ADD CONSTRAINT official_account_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.official_account
    ADD CONSTRAINT official_account_slug_key UNIQUE (slug);
ALTER TABLE ONLY public.opt_out
    ADD CONSTRAINT opt_out_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.organisation
    ADD CONSTRAINT organisation_code_key UNIQUE (code);
ALTER TABLE ONLY public.organisation
    ADD CONSTRAINT organisation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.ownership
    ADD CONSTRAINT ownership_key_key UNIQUE (key);
ALTER TABLE ONLY public.ownership
    ADD CONSTRAINT ownership_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.participant
    ADD CONSTRAINT participant_person_key UNIQUE (person);
ALTER TABLE ONLY public.participant
    ADD CONSTRAINT participant_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.participant
    ADD CONSTRAINT participant_resident_id_key UNIQUE (resident_id);
ALTER TABLE ONLY public.poll_change
    ADD CONSTRAINT poll_change_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.poll_elector
    ADD CONSTRAINT poll_elector_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.poll_file
    ADD CONSTRAINT poll_file_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.poll
    ADD CONSTRAINT poll_key_key UNIQUE (key);
ALTER TABLE ONLY public.poll
    ADD CONSTRAINT poll_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.post_like
    ADD CONSTRAINT post_like_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.post
    ADD CONSTRAINT post_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.post_report
    ADD CONSTRAINT post_report_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.question_backing
    ADD CONSTRAINT question_backing_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.question
    ADD CONSTRAINT question_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.question
    ADD CONSTRAINT question_post_id_key UNIQUE (post_id);
ALTER TABLE ONLY public.resident
    ADD CONSTRAINT resident_key_key UNIQUE (key);
ALTER TABLE ONLY public.resident_merge
    ADD CONSTRAINT resident_merge_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.resident
    ADD CONSTRAINT resident_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.roll_entry
    ADD CONSTRAINT roll_entry_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.roll_mark
    ADD CONSTRAINT roll_mark_entry_id_key UNIQUE (entry_id);
ALTER TABLE ONLY public.roll_mark
    ADD CONSTRAINT roll_mark_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.roll_objection
    ADD CONSTRAINT roll_objection_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.roll_part
    ADD CONSTRAINT roll_part_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.saved_audience
    ADD CONSTRAINT saved_audience_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sealed_choice
    ADD CONSTRAINT sealed_choice_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sealed_receipt
    ADD CONSTRAINT sealed_receipt_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.search_entry
    ADD CONSTRAINT search_entry_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.send_budget
    ADD CONSTRAINT send_budget_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.shared
    ADD CONSTRAINT shared_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.staff_member
    ADD CONSTRAINT staff_member_login_key UNIQUE (login);
ALTER TABLE ONLY public.staff_member
    ADD CONSTRAINT staff_member_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.stance
    ADD CONSTRAINT stance_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.statement
    ADD CONSTRAINT statement_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.statement
    ADD CONSTRAINT statement_post_id_key UNIQUE (post_id);
ALTER TABLE ONLY public.statement_reply
    ADD CONSTRAINT statement_reply_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.statement_reply
    ADD CONSTRAINT statement_reply_post_id_key UNIQUE (post_id);
ALTER TABLE ONLY public.stored_file
    ADD CONSTRAINT stored_file_pkey PRIMARY KEY (key);
ALTER TABLE ONLY public.subscription
    ADD CONSTRAINT subscription_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.topic_opinion
    ADD CONSTRAINT topic_opinion_consultation_id_key UNIQUE (consultation_id);
ALTER TABLE ONLY public.topic_opinion
    ADD CONSTRAINT topic_opinion_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tortoise_migrations
    ADD CONSTRAINT tortoise_migrations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.account
    ADD CONSTRAINT uid_account_app_id_3050f4 UNIQUE (app_id, openid);
ALTER TABLE ONLY public.alarm_call
    ADD CONSTRAINT uid_alarm_call_alarm_i_336b0f UNIQUE (alarm_id, step);
ALTER TABLE ONLY public.appraisal
    ADD CONSTRAINT uid_appraisal_consult_4b3dfa UNIQUE (consultation_id, round, participant_id);
ALTER TABLE ONLY public.article_rating
    ADD CONSTRAINT uid_article_rat_article_d68a84 UNIQUE (article_id, account_id);
ALTER TABLE ONLY public.article_version
    ADD CONSTRAINT uid_article_ver_article_1d7901 UNIQUE (article_id, number);
ALTER TABLE ONLY public.attempt
    ADD CONSTRAINT uid_attempt_deliver_236628 UNIQUE (delivery_id, path);
ALTER TABLE ONLY public.ballot
    ADD CONSTRAINT uid_ballot_poll_id_ff6275 UNIQUE (poll_id, receipt_index);
ALTER TABLE ONLY public.building
    ADD CONSTRAINT uid_building_estate__69f65d UNIQUE (estate_id, number);
ALTER TABLE ONLY public.canned_reply
    ADD CONSTRAINT uid_canned_repl_organis_d0da53 UNIQUE (organisation_id, title);
ALTER TABLE ONLY public.code_brake
    ADD CONSTRAINT uid_code_brake_account_9036f4 UNIQUE (account_id, dwelling_id);
ALTER TABLE ONLY public.daily_fact
    ADD CONSTRAINT uid_daily_fact_communi_b39952 UNIQUE (community_id, measure, day);
ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT uid_delivery_campaig_b6fcd0 UNIQUE (campaign_id, recipient);
ALTER TABLE ONLY public.duty_shift
    ADD CONSTRAINT uid_duty_shift_organis_c84e17 UNIQUE (organisation_id, login, starts_at);
ALTER TABLE ONLY public.dwelling
    ADD CONSTRAINT uid_dwelling_buildin_a0f8b6 UNIQUE (building_id, entrance, room);
ALTER TABLE ONLY public.endorsement
    ADD CONSTRAINT uid_endorsement_consult_a54792 UNIQUE (consultation_id, dwelling_id);
ALTER TABLE ONLY public.estate
    ADD CONSTRAINT uid_estate_communi_009b01 UNIQUE (community_id, name);
ALTER TABLE ONLY public.hand_over
    ADD CONSTRAINT uid_hand_over_organis_b99f97 UNIQUE (organisation_id, ends_at);
ALTER TABLE ONLY public.job_run
    ADD CONSTRAINT uid_job_run_name_15baa6 UNIQUE (name, slot);
ALTER TABLE ONLY public.meeting_file
    ADD CONSTRAINT uid_meeting_fil_meeting_1e6c69 UNIQUE (meeting_id, file_id);
ALTER TABLE ONLY public.message_template
    ADD CONSTRAINT uid_message_tem_app_id_dd2288 UNIQUE (app_id, purpose, kind);
ALTER TABLE ONLY public.named_ballot
    ADD CONSTRAINT uid_named_ballo_poll_id_2e4556 UNIQUE (poll_id, serial);
ALTER TABLE ONLY public.named_ballot
    ADD CONSTRAINT uid_named_ballo_poll_id_82c552 UNIQUE (poll_id, receipt_index);
ALTER TABLE ONLY public.notice_file
    ADD CONSTRAINT uid_notice_file_notice__2c3d75 UNIQUE (notice_id, file_id);
ALTER TABLE ONLY public.notice_reading
    ADD CONSTRAINT uid_notice_read_notice__44ad5a UNIQUE (notice_id, account_id);
ALTER TABLE ONLY public.notice_version
    ADD CONSTRAINT uid_notice_vers_notice__795693 UNIQUE (notice_id, number);
ALTER TABLE ONLY public.opt_out
    ADD CONSTRAINT uid_opt_out_account_7a2b41 UNIQUE (account_id, topic);
ALTER TABLE ONLY public.poll_elector
    ADD CONSTRAINT uid_poll_electo_poll_id_373364 UNIQUE (poll_id, resident_id);
ALTER TABLE ONLY public.poll_file
    ADD CONSTRAINT uid_poll_file_poll_id_d34cac UNIQUE (poll_id, file_id);
ALTER TABLE ONLY public.post_like
    ADD CONSTRAINT uid_post_like_post_id_a4a5c0 UNIQUE (post_id, participant_id);
ALTER TABLE ONLY public.post_report
    ADD CONSTRAINT uid_post_report_post_id_faff94 UNIQUE (post_id, participant_id);
ALTER TABLE ONLY public.question_backing
    ADD CONSTRAINT uid_question_ba_questio_e4c2b6 UNIQUE (question_id, participant_id);
ALTER TABLE ONLY public.roll_entry
    ADD CONSTRAINT uid_roll_entry_poll_id_a6852b UNIQUE (poll_id, voice);
ALTER TABLE ONLY public.roll_part
    ADD CONSTRAINT uid_roll_part_entry_i_0060c4 UNIQUE (entry_id, dwelling_id);
ALTER TABLE ONLY public.saved_audience
    ADD CONSTRAINT uid_saved_audie_organis_32d9e5 UNIQUE (organisation_id, name);
ALTER TABLE ONLY public.sealed_choice
    ADD CONSTRAINT uid_sealed_choi_poll_id_40c20b UNIQUE (poll_id, number);
ALTER TABLE ONLY public.sealed_receipt
    ADD CONSTRAINT uid_sealed_rece_poll_id_a0494e UNIQUE (poll_id, number);
ALTER TABLE ONLY public.search_entry
    ADD CONSTRAINT uid_search_entr_kind_5b1a11 UNIQUE (kind, subject_id);
ALTER TABLE ONLY public.send_budget
    ADD CONSTRAINT uid_send_budget_app_id_96965a UNIQUE (app_id, path);
ALTER TABLE ONLY public.stance
    ADD CONSTRAINT uid_stance_stateme_fbc5db UNIQUE (statement_id, participant_id);
ALTER TABLE ONLY public.subscription
    ADD CONSTRAINT uid_subscriptio_account_766504 UNIQUE (account_id, template_id);
ALTER TABLE ONLY public.tortoise_migrations
    ADD CONSTRAINT uid_tortoise_mi_app_3803a5 UNIQUE (app, name);
ALTER TABLE ONLY public.watched_word
    ADD CONSTRAINT uid_watched_wor_organis_fce405 UNIQUE (organisation_id, word);
ALTER TABLE ONLY public.undertaking
    ADD CONSTRAINT undertaking_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.consultation
    ADD CONSTRAINT uq_consultation_poll UNIQUE (poll_id);
ALTER TABLE ONLY public.verification_file
    ADD CONSTRAINT verification_file_name_key UNIQUE (name);
ALTER TABLE ONLY public.verification_file
    ADD CONSTRAINT verification_file_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.watched_word
    ADD CONSTRAINT watched_word_pkey PRIMARY KEY (id);
CREATE INDEX idx_alarm_place_fb6d83 ON public.alarm USING btree (place, state);
CREATE INDEX idx_alarm_state_4bc831 ON public.alarm USING btree (state, next_call_at);
CREATE INDEX idx_appeal_state_e827b4 ON public.appeal USING btree (state, due_on);
CREATE INDEX idx_article_organis_d2cbbb ON public.article USING btree (organisation_id, category);
CREATE INDEX idx_article_rat_article_2e1a1d ON public.article_rating USING btree (article_id, at);
CREATE INDEX idx_article_state_700173 ON public.article USING btree (state, review_on);
CREATE INDEX idx_attempt_message ON public.attempt USING btree (message_id) WHERE ((message_id)::text <> ''::text);
CREATE INDEX idx_audit_entry_place_7aaee7 ON public.audit_entry USING btree (place, id);
CREATE INDEX idx_audit_entry_subject_a57072 ON public.audit_entry USING btree (subject);
CREATE INDEX idx_binding_dwellin_5becbd ON public.binding USING btree (dwelling_id);
CREATE INDEX idx_binding_residen_eaa012 ON public.binding USING btree (resident_id);
CREATE INDEX idx_binding_state_97431e ON public.binding USING btree (state, created_at);
CREATE INDEX idx_box_count_poll_id_b125fc ON public.box_count USING btree (poll_id);
CREATE INDEX idx_building_li_campaig_609810 ON public.building_link USING btree (campaign_id, building_id);
CREATE INDEX idx_campaign_place_707fa5 ON public.campaign USING btree (place, launch_at);
CREATE INDEX idx_campaign_state_01a0a7 ON public.campaign USING btree (state, launch_at);
CREATE INDEX idx_consultatio_consult_039c98 ON public.consultation_step USING btree (consultation_id, id);
CREATE INDEX idx_consultatio_merged__c15f2b ON public.consultation USING btree (merged_into_id);
CREATE INDEX idx_consultatio_organis_752690 ON public.consultation USING btree (organisation_id, stage);
CREATE INDEX idx_consultatio_split_f_8f5db3 ON public.consultation USING btree (split_from_id);
CREATE INDEX idx_consultatio_stage_8af776 ON public.consultation USING btree (stage, ends_at);
CREATE INDEX idx_correction_account_ebb27f ON public.correction USING btree (account_id);
CREATE INDEX idx_correction_dwellin_263394 ON public.correction USING btree (dwelling_id);
CREATE INDEX idx_correction_residen_b246dd ON public.correction USING btree (resident_id);
CREATE INDEX idx_correction_state_2cb79a ON public.correction USING btree (state, created_at);
CREATE INDEX idx_delegated_a_delegat_39f4b7 ON public.delegated_act USING btree (delegation_id, id);
CREATE INDEX idx_delegation_account_cfa8f1 ON public.delegation USING btree (account_id);
CREATE INDEX idx_delegation_dwellin_5f019a ON public.delegation USING btree (dwelling_id);
CREATE INDEX idx_delegation_elder_i_c6e799 ON public.delegation USING btree (elder_id);
CREATE INDEX idx_delegation_state_5b9c4e ON public.delegation USING btree (state, expires_on);
CREATE INDEX idx_delivery_account_e79a36 ON public.delivery USING btree (account_id, id);
CREATE INDEX idx_delivery_campaig_8af2b9 ON public.delivery USING btree (campaign_id, state);
CREATE INDEX idx_delivery_lease ON public.delivery USING btree (lease_until) WHERE ((state)::text = 'sending'::text);
CREATE INDEX idx_delivery_residen_0e4974 ON public.delivery USING btree (resident_id, id);
CREATE INDEX idx_delivery_waiting ON public.delivery USING btree (campaign_id, next_at, id) WHERE (state IN ('created', 'temporary'));
CREATE INDEX idx_duty_shift_login_028405 ON public.duty_shift USING btree (login, ends_at);
CREATE INDEX idx_duty_shift_organis_520b37 ON public.duty_shift USING btree (organisation_id, ends_at);
CREATE INDEX idx_dwelling_code_prefix ON public.dwelling USING btree (code text_pattern_ops);
CREATE INDEX idx_dwelling_communi_0c8b38 ON public.dwelling USING btree (community_id, id);
CREATE INDEX idx_dwelling_estate__957998 ON public.dwelling USING btree (estate_id, room);
CREATE INDEX idx_dwelling_grid_id_355b3d ON public.dwelling USING btree (grid_id);
CREATE INDEX idx_enquiry_account_b92e96 ON public.enquiry USING btree (account_id, id);
CREATE INDEX idx_enquiry_assigne_490cd7 ON public.enquiry USING btree (assigned_to, state);
CREATE INDEX idx_enquiry_communi_1c655d ON public.enquiry USING btree (community_id, state, waiting_since);
CREATE INDEX idx_enquiry_held_by_c56047 ON public.enquiry USING btree (held_by, state);
CREATE INDEX idx_enquiry_lin_account_4f9ac1 ON public.enquiry_line USING btree (account_id);
CREATE INDEX idx_enquiry_lin_enquiry_610e40 ON public.enquiry_line USING btree (enquiry_id, id);
CREATE INDEX idx_enquiry_lin_fetched_d08d45 ON public.enquiry_line USING btree (fetched, fetch_at);
CREATE INDEX idx_enquiry_merged__a01bb4 ON public.enquiry USING btree (merged_into_id);
CREATE INDEX idx_enquiry_place_c1d97e ON public.enquiry USING btree (place, state, waiting_since);
CREATE INDEX idx_enquiry_residen_25a0ea ON public.enquiry USING btree (resident_id);
CREATE INDEX idx_enquiry_state_57ab5a ON public.enquiry USING btree (state, opened_at);
CREATE INDEX idx_enquiry_state_8d4d66 ON public.enquiry USING btree (state, closed_at);
CREATE INDEX idx_event_name_4e114b ON public.event USING btree (name, id);
CREATE INDEX idx_event_waiting ON public.event USING btree (id) WHERE (dispatched_at IS NULL);
CREATE INDEX idx_grid_assign_grid_id_0aef37 ON public.grid_assignment USING btree (grid_id, since);
CREATE INDEX idx_grid_placem_buildin_b8aabd ON public.grid_placement USING btree (building_id, since);
CREATE INDEX idx_guardianshi_guardia_9e8075 ON public.guardianship USING btree (guardian_id);
CREATE INDEX idx_interview_organis_fa03f2 ON public.interview USING btree (organisation_id, state);
CREATE INDEX idx_interview_state_ce570d ON public.interview USING btree (state, starts_at);
CREATE INDEX idx_measure_organis_3cab84 ON public.measure USING btree (organisation_id, ends_at);
CREATE INDEX idx_measure_partici_cab404 ON public.measure USING btree (participant_id, ends_at);
CREATE INDEX idx_meeting_consult_e50a46 ON public.meeting USING btree (consultation_id, held_at);
CREATE INDEX idx_membership_dwellin_dd4c94 ON public.membership USING btree (dwelling_id);
CREATE INDEX idx_membership_residen_3c3661 ON public.membership USING btree (resident_id);
CREATE INDEX idx_message_answer_until ON public.message USING btree (answer_until) WHERE (answer_until IS NOT NULL);
CREATE INDEX idx_message_receive_ca453b ON public.message USING btree (received_at);
CREATE INDEX idx_message_sender_e81996 ON public.message USING btree (sender, received_at);
CREATE INDEX idx_message_tem_app_id_dd459f ON public.message_template USING btree (app_id, template_id);
CREATE INDEX idx_missed_ques_organis_45cecb ON public.missed_question USING btree (organisation_id, asked_at);
CREATE INDEX idx_missed_ques_settled_cb1a10 ON public.missed_question USING btree (settled_at, asked_at);
CREATE INDEX idx_named_ballo_account_02d807 ON public.named_ballot USING btree (account_id);
CREATE INDEX idx_named_ballo_entry_i_6758a2 ON public.named_ballot USING btree (entry_id);
CREATE INDEX idx_notice_again ON public.notice USING btree (again_at) WHERE (again_at IS NOT NULL);
CREATE INDEX idx_notice_organis_5dfc31 ON public.notice USING btree (organisation_id, state);
CREATE INDEX idx_notice_read_account_ac8580 ON public.notice_reading USING btree (account_id);
CREATE INDEX idx_notice_state_f28e8b ON public.notice USING btree (state, starts_on);
CREATE INDEX idx_notificatio_account_2556f2 ON public.notification USING btree (account_id, id);
CREATE INDEX idx_notificatio_attempt_4e6ae7 ON public.notification USING btree (attempted_at, id);
CREATE INDEX idx_ownership_dwellin_3b309a ON public.ownership USING btree (dwelling_id);
CREATE INDEX idx_ownership_head_9acb69 ON public.ownership USING btree (head);
CREATE INDEX idx_ownership_residen_9e2538 ON public.ownership USING btree (resident_id);
CREATE INDEX idx_participant_account_cf34cf ON public.participant USING btree (account_id);
CREATE INDEX idx_poll_change_poll_id_fb8a6c ON public.poll_change USING btree (poll_id, id);
CREATE INDEX idx_poll_state_e28ff3 ON public.poll USING btree (state, closes_at);
CREATE INDEX idx_poll_state_f39050 ON public.poll USING btree (state, opens_at);
CREATE INDEX idx_post_author__e6f27b ON public.post USING btree (author_id, created_at);
CREATE INDEX idx_post_keep_un_1907b9 ON public.post USING btree (keep_until);
CREATE INDEX idx_post_organis_854e23 ON public.post USING btree (organisation_id, decided_at);
CREATE INDEX idx_post_platfor_c536c1 ON public.post USING btree (platform_check, id);
CREATE INDEX idx_post_report_settled_a7079c ON public.post_report USING btree (settled_at, post_id);
CREATE INDEX idx_post_state_28a792 ON public.post USING btree (state, organisation_id, id);
CREATE INDEX idx_post_subject_105a7f ON public.post USING btree (subject, state);
CREATE INDEX idx_question_intervi_2b5c20 ON public.question USING btree (interview_id, id);
CREATE INDEX idx_resident_id_no_i_1bc9d9 ON public.resident USING btree (id_no_index);
CREATE INDEX idx_resident_me_kept_id_872000 ON public.resident_merge USING btree (kept_id);
CREATE INDEX idx_resident_name_in_314dba ON public.resident USING btree (name_index, birth_on);
CREATE INDEX idx_resident_phone_i_2e7bec ON public.resident USING btree (phone_index);
CREATE INDEX idx_roll_entry_dwellin_301b80 ON public.roll_entry USING btree (dwelling_id, poll_id);
CREATE INDEX idx_roll_entry_residen_b9bc49 ON public.roll_entry USING btree (resident_id, poll_id);
CREATE INDEX idx_roll_object_poll_id_7ea0c2 ON public.roll_objection USING btree (poll_id, answered_at);
CREATE INDEX idx_roll_part_dwellin_e75aa8 ON public.roll_part USING btree (dwelling_id);
CREATE INDEX idx_sealed_rece_receipt_10cf87 ON public.sealed_receipt USING btree (receipt);
CREATE INDEX idx_stance_partici_d6103c ON public.stance USING btree (participant_id);
CREATE INDEX idx_statement_consult_5d449e ON public.statement USING btree (consultation_id, id);
CREATE INDEX idx_statement_merged__d5e9d3 ON public.statement USING btree (merged_into_id);
CREATE INDEX idx_statement_r_stateme_d3f1ff ON public.statement_reply USING btree (statement_id, id);
CREATE INDEX idx_stored_file_expires_af51c5 ON public.stored_file USING btree (expires_at);
CREATE INDEX idx_stored_file_purpose_596cd1 ON public.stored_file USING btree (purpose, place);
CREATE INDEX idx_undertaking_consult_ac2011 ON public.undertaking USING btree (consultation_id);
CREATE INDEX idx_undertaking_intervi_314a71 ON public.undertaking USING btree (interview_id);
CREATE INDEX idx_undertaking_organis_74b1fb ON public.undertaking USING btree (organisation_id, done_at, due_on);
CREATE INDEX idx_undertaking_questio_c76318 ON public.undertaking USING btree (question_id);
CREATE INDEX ix_binding_bound ON public.binding USING btree (dwelling_id) WHERE ((state)::text = 'active'::text);
CREATE INDEX ix_delivery_homes ON public.delivery USING btree (campaign_id, dwelling_id) INCLUDE (state, path, reached_at, resident_id);
CREATE INDEX ix_dwelling_coverage ON public.dwelling USING btree (id) INCLUDE (community_id, occupancy);
CREATE INDEX ix_search_entry_place ON public.search_entry USING btree (kind, place COLLATE "C", subject_id);
CREATE INDEX ix_search_entry_words ON public.search_entry USING gin (words);
CREATE UNIQUE INDEX uq_alarm_open ON public.alarm USING btree (account_id) WHERE ((state)::text <> 'closed'::text);
CREATE UNIQUE INDEX uq_appeal_measure_open ON public.appeal USING btree (measure_id) WHERE ((state)::text = 'open'::text);
CREATE UNIQUE INDEX uq_appeal_post_open ON public.appeal USING btree (post_id) WHERE ((state)::text = 'open'::text);
CREATE UNIQUE INDEX uq_audit_number ON public.audit_entry USING btree (number) WHERE (number IS NOT NULL);
CREATE UNIQUE INDEX uq_binding_live ON public.binding USING btree (account_id, dwelling_id) WHERE (state IN ('pending', 'active'));
CREATE UNIQUE INDEX uq_binding_represents ON public.binding USING btree (dwelling_id) WHERE (represents AND ((state)::text = 'active'::text));
CREATE UNIQUE INDEX uq_consent_current ON public.consent_record USING btree (account_id, purpose) WHERE (withdrawn_at IS NULL);
CREATE UNIQUE INDEX uq_delegation_live ON public.delegation USING btree (elder_id, account_id) WHERE (state IN ('asked', 'active'));
CREATE UNIQUE INDEX uq_delivery_account ON public.delivery USING btree (campaign_id, account_id) WHERE (account_id IS NOT NULL);
CREATE UNIQUE INDEX uq_door_code_current ON public.door_code USING btree (dwelling_id) WHERE (replaced_at IS NULL);
CREATE UNIQUE INDEX uq_enquiry_open ON public.enquiry USING btree (account_id) WHERE ((state)::text <> 'closed'::text);
CREATE UNIQUE INDEX uq_guardianship_current ON public.guardianship USING btree (ward_id, guardian_id) WHERE (until IS NULL);
CREATE UNIQUE INDEX uq_membership_current ON public.membership USING btree (resident_id, dwelling_id) WHERE (until IS NULL);
CREATE UNIQUE INDEX uq_named_ballot_stands ON public.named_ballot USING btree (entry_id) WHERE stands;
CREATE UNIQUE INDEX uq_resident_merge_current ON public.resident_merge USING btree (gone_id) WHERE (undone_at IS NULL);
ALTER TABLE ONLY public.alarm
    ADD CONSTRAINT alarm_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.alarm_call
    ADD CONSTRAINT alarm_call_alarm_id_fkey FOREIGN KEY (alarm_id) REFERENCES public.alarm(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.alarm
    ADD CONSTRAINT alarm_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.organisation(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.appeal
    ADD CONSTRAINT appeal_measure_id_fkey FOREIGN KEY (measure_id) REFERENCES public.measure(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.appeal
    ADD CONSTRAINT appeal_post_id_fkey FOREIGN KEY (post_id) REFERENCES public.post(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.appraisal
    ADD CONSTRAINT appraisal_consultation_id_fkey FOREIGN KEY (consultation_id) REFERENCES public.consultation(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.appraisal
    ADD CONSTRAINT appraisal_participant_id_fkey FOREIGN KEY (participant_id) REFERENCES public.participant(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.article
    ADD CONSTRAINT article_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisation(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.article_rating
    ADD CONSTRAINT article_rating_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.article_rating
    ADD CONSTRAINT article_rating_article_id_fkey FOREIGN KEY (article_id) REFERENCES public.article(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.article_version
    ADD CONSTRAINT article_version_article_id_fkey FOREIGN KEY (article_id) REFERENCES public.article(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.attempt
    ADD CONSTRAINT attempt_delivery_id_fkey FOREIGN KEY (delivery_id) REFERENCES public.delivery(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.ballot
    ADD CONSTRAINT ballot_poll_id_fkey FOREIGN KEY (poll_id) REFERENCES public.poll(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.binding
    ADD CONSTRAINT binding_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.binding
    ADD CONSTRAINT binding_dwelling_id_fkey FOREIGN KEY (dwelling_id) REFERENCES public.dwelling(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.binding
    ADD CONSTRAINT binding_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.resident(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.box_count
    ADD CONSTRAINT box_count_poll_id_fkey FOREIGN KEY (poll_id) REFERENCES public.poll(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.box_count
    ADD CONSTRAINT box_count_sheet_id_fkey FOREIGN KEY (sheet_id) REFERENCES public.stored_file(key) ON DELETE RESTRICT;
ALTER TABLE ONLY public.building
    ADD CONSTRAINT building_estate_id_fkey FOREIGN KEY (estate_id) REFERENCES public.estate(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.building
    ADD CONSTRAINT building_grid_id_fkey FOREIGN KEY (grid_id) REFERENCES public.grid(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.building_link
    ADD CONSTRAINT building_link_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES public.campaign(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.canned_reply
    ADD CONSTRAINT canned_reply_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisation(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.code_brake
    ADD CONSTRAINT code_brake_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.code_brake
    ADD CONSTRAINT code_brake_dwelling_id_fkey FOREIGN KEY (dwelling_id) REFERENCES public.dwelling(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.consent_record
    ADD CONSTRAINT consent_record_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.consultation
    ADD CONSTRAINT consultation_merged_into_id_fkey FOREIGN KEY (merged_into_id) REFERENCES public.consultation(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.consultation
    ADD CONSTRAINT consultation_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisation(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.consultation
    ADD CONSTRAINT consultation_poll_id_fkey FOREIGN KEY (poll_id) REFERENCES public.poll(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.consultation
    ADD CONSTRAINT consultation_post_id_fkey FOREIGN KEY (post_id) REFERENCES public.post(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.consultation_rules
    ADD CONSTRAINT consultation_rules_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisation(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.consultation
    ADD CONSTRAINT consultation_split_from_id_fkey FOREIGN KEY (split_from_id) REFERENCES public.consultation(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.consultation_step
    ADD CONSTRAINT consultation_step_consultation_id_fkey FOREIGN KEY (consultation_id) REFERENCES public.consultation(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.contact_window
    ADD CONSTRAINT contact_window_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.correction
    ADD CONSTRAINT correction_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.correction
    ADD CONSTRAINT correction_binding_id_fkey FOREIGN KEY (binding_id) REFERENCES public.binding(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.correction
    ADD CONSTRAINT correction_dwelling_id_fkey FOREIGN KEY (dwelling_id) REFERENCES public.dwelling(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.correction
    ADD CONSTRAINT correction_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.resident(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.daily_fact
    ADD CONSTRAINT daily_fact_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.organisation(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.delegated_act
    ADD CONSTRAINT delegated_act_delegation_id_fkey FOREIGN KEY (delegation_id) REFERENCES public.delegation(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.delegation
    ADD CONSTRAINT delegation_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.delegation
    ADD CONSTRAINT delegation_dwelling_id_fkey FOREIGN KEY (dwelling_id) REFERENCES public.dwelling(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.delegation
    ADD CONSTRAINT delegation_elder_id_fkey FOREIGN KEY (elder_id) REFERENCES public.resident(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT delivery_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT delivery_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES public.campaign(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT delivery_dwelling_id_fkey FOREIGN KEY (dwelling_id) REFERENCES public.dwelling(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT delivery_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.resident(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.door_code
    ADD CONSTRAINT door_code_dwelling_id_fkey FOREIGN KEY (dwelling_id) REFERENCES public.dwelling(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.duty_shift
    ADD CONSTRAINT duty_shift_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisation(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.dwelling
    ADD CONSTRAINT dwelling_building_id_fkey FOREIGN KEY (building_id) REFERENCES public.building(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.dwelling
    ADD CONSTRAINT dwelling_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.organisation(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.dwelling
    ADD CONSTRAINT dwelling_estate_id_fkey FOREIGN KEY (estate_id) REFERENCES public.estate(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.dwelling
    ADD CONSTRAINT dwelling_grid_id_fkey FOREIGN KEY (grid_id) REFERENCES public.grid(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.endorsement
    ADD CONSTRAINT endorsement_consultation_id_fkey FOREIGN KEY (consultation_id) REFERENCES public.consultation(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.endorsement
    ADD CONSTRAINT endorsement_dwelling_id_fkey FOREIGN KEY (dwelling_id) REFERENCES public.dwelling(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.endorsement
    ADD CONSTRAINT endorsement_participant_id_fkey FOREIGN KEY (participant_id) REFERENCES public.participant(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.enquiry
    ADD CONSTRAINT enquiry_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.enquiry
    ADD CONSTRAINT enquiry_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.organisation(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.enquiry
    ADD CONSTRAINT enquiry_delegation_id_fkey FOREIGN KEY (delegation_id) REFERENCES public.delegation(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.enquiry
    ADD CONSTRAINT enquiry_grid_id_fkey FOREIGN KEY (grid_id) REFERENCES public.grid(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.enquiry_line
    ADD CONSTRAINT enquiry_line_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.enquiry_line
    ADD CONSTRAINT enquiry_line_enquiry_id_fkey FOREIGN KEY (enquiry_id) REFERENCES public.enquiry(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.enquiry
    ADD CONSTRAINT enquiry_merged_into_id_fkey FOREIGN KEY (merged_into_id) REFERENCES public.enquiry(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.enquiry
    ADD CONSTRAINT enquiry_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.resident(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.estate
    ADD CONSTRAINT estate_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.organisation(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.grid_assignment
    ADD CONSTRAINT grid_assignment_grid_id_fkey FOREIGN KEY (grid_id) REFERENCES public.grid(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.grid
    ADD CONSTRAINT grid_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.organisation(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.grid_placement
    ADD CONSTRAINT grid_placement_building_id_fkey FOREIGN KEY (building_id) REFERENCES public.building(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.grid_placement
    ADD CONSTRAINT grid_placement_grid_id_fkey FOREIGN KEY (grid_id) REFERENCES public.grid(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.guardianship
    ADD CONSTRAINT guardianship_guardian_id_fkey FOREIGN KEY (guardian_id) REFERENCES public.resident(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.guardianship
    ADD CONSTRAINT guardianship_ward_id_fkey FOREIGN KEY (ward_id) REFERENCES public.resident(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.hand_over
    ADD CONSTRAINT hand_over_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisation(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.interview
    ADD CONSTRAINT interview_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisation(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.measure
    ADD CONSTRAINT measure_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisation(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.measure
    ADD CONSTRAINT measure_participant_id_fkey FOREIGN KEY (participant_id) REFERENCES public.participant(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.meeting
    ADD CONSTRAINT meeting_consultation_id_fkey FOREIGN KEY (consultation_id) REFERENCES public.consultation(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.meeting_file
    ADD CONSTRAINT meeting_file_file_id_fkey FOREIGN KEY (file_id) REFERENCES public.stored_file(key) ON DELETE RESTRICT;
ALTER TABLE ONLY public.meeting_file
    ADD CONSTRAINT meeting_file_meeting_id_fkey FOREIGN KEY (meeting_id) REFERENCES public.meeting(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.membership
    ADD CONSTRAINT membership_dwelling_id_fkey FOREIGN KEY (dwelling_id) REFERENCES public.dwelling(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.membership
    ADD CONSTRAINT membership_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.resident(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.missed_question
    ADD CONSTRAINT missed_question_article_id_fkey FOREIGN KEY (article_id) REFERENCES public.article(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.missed_question
    ADD CONSTRAINT missed_question_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisation(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.name_brake
    ADD CONSTRAINT name_brake_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.named_ballot
    ADD CONSTRAINT named_ballot_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.named_ballot
    ADD CONSTRAINT named_ballot_entry_id_fkey FOREIGN KEY (entry_id) REFERENCES public.roll_entry(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.named_ballot
    ADD CONSTRAINT named_ballot_photo_id_fkey FOREIGN KEY (photo_id) REFERENCES public.stored_file(key) ON DELETE RESTRICT;
ALTER TABLE ONLY public.named_ballot
    ADD CONSTRAINT named_ballot_poll_id_fkey FOREIGN KEY (poll_id) REFERENCES public.poll(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.notice_file
    ADD CONSTRAINT notice_file_file_id_fkey FOREIGN KEY (file_id) REFERENCES public.stored_file(key) ON DELETE RESTRICT;
ALTER TABLE ONLY public.notice_file
    ADD CONSTRAINT notice_file_notice_id_fkey FOREIGN KEY (notice_id) REFERENCES public.notice(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.notice
    ADD CONSTRAINT notice_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisation(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.notice_reading
    ADD CONSTRAINT notice_reading_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.notice_reading
    ADD CONSTRAINT notice_reading_dwelling_id_fkey FOREIGN KEY (dwelling_id) REFERENCES public.dwelling(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.notice_reading
    ADD CONSTRAINT notice_reading_notice_id_fkey FOREIGN KEY (notice_id) REFERENCES public.notice(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.notice_version
    ADD CONSTRAINT notice_version_notice_id_fkey FOREIGN KEY (notice_id) REFERENCES public.notice(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.notification
    ADD CONSTRAINT notification_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.official_account
    ADD CONSTRAINT official_account_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisation(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.opt_out
    ADD CONSTRAINT opt_out_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.organisation
    ADD CONSTRAINT organisation_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES public.organisation(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.ownership
    ADD CONSTRAINT ownership_dwelling_id_fkey FOREIGN KEY (dwelling_id) REFERENCES public.dwelling(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.ownership
    ADD CONSTRAINT ownership_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.resident(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.participant
    ADD CONSTRAINT participant_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.participant
    ADD CONSTRAINT participant_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.resident(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.poll_change
    ADD CONSTRAINT poll_change_poll_id_fkey FOREIGN KEY (poll_id) REFERENCES public.poll(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.poll_elector
    ADD CONSTRAINT poll_elector_poll_id_fkey FOREIGN KEY (poll_id) REFERENCES public.poll(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.poll_elector
    ADD CONSTRAINT poll_elector_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.resident(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.poll_file
    ADD CONSTRAINT poll_file_file_id_fkey FOREIGN KEY (file_id) REFERENCES public.stored_file(key) ON DELETE RESTRICT;
ALTER TABLE ONLY public.poll_file
    ADD CONSTRAINT poll_file_poll_id_fkey FOREIGN KEY (poll_id) REFERENCES public.poll(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.poll
    ADD CONSTRAINT poll_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisation(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.post
    ADD CONSTRAINT post_author_id_fkey FOREIGN KEY (author_id) REFERENCES public.participant(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.post_like
    ADD CONSTRAINT post_like_participant_id_fkey FOREIGN KEY (participant_id) REFERENCES public.participant(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.post_like
    ADD CONSTRAINT post_like_post_id_fkey FOREIGN KEY (post_id) REFERENCES public.post(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.post
    ADD CONSTRAINT post_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisation(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.post_report
    ADD CONSTRAINT post_report_participant_id_fkey FOREIGN KEY (participant_id) REFERENCES public.participant(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.post_report
    ADD CONSTRAINT post_report_post_id_fkey FOREIGN KEY (post_id) REFERENCES public.post(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.question_backing
    ADD CONSTRAINT question_backing_participant_id_fkey FOREIGN KEY (participant_id) REFERENCES public.participant(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.question_backing
    ADD CONSTRAINT question_backing_question_id_fkey FOREIGN KEY (question_id) REFERENCES public.question(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.question
    ADD CONSTRAINT question_interview_id_fkey FOREIGN KEY (interview_id) REFERENCES public.interview(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.question
    ADD CONSTRAINT question_post_id_fkey FOREIGN KEY (post_id) REFERENCES public.post(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.resident_merge
    ADD CONSTRAINT resident_merge_gone_id_fkey FOREIGN KEY (gone_id) REFERENCES public.resident(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.resident_merge
    ADD CONSTRAINT resident_merge_kept_id_fkey FOREIGN KEY (kept_id) REFERENCES public.resident(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.resident
    ADD CONSTRAINT resident_merged_into_id_fkey FOREIGN KEY (merged_into_id) REFERENCES public.resident(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.roll_entry
    ADD CONSTRAINT roll_entry_dwelling_id_fkey FOREIGN KEY (dwelling_id) REFERENCES public.dwelling(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.roll_entry
    ADD CONSTRAINT roll_entry_poll_id_fkey FOREIGN KEY (poll_id) REFERENCES public.poll(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.roll_entry
    ADD CONSTRAINT roll_entry_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.resident(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.roll_mark
    ADD CONSTRAINT roll_mark_entry_id_fkey FOREIGN KEY (entry_id) REFERENCES public.roll_entry(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.roll_objection
    ADD CONSTRAINT roll_objection_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.roll_objection
    ADD CONSTRAINT roll_objection_dwelling_id_fkey FOREIGN KEY (dwelling_id) REFERENCES public.dwelling(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.roll_objection
    ADD CONSTRAINT roll_objection_poll_id_fkey FOREIGN KEY (poll_id) REFERENCES public.poll(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.roll_part
    ADD CONSTRAINT roll_part_dwelling_id_fkey FOREIGN KEY (dwelling_id) REFERENCES public.dwelling(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.roll_part
    ADD CONSTRAINT roll_part_entry_id_fkey FOREIGN KEY (entry_id) REFERENCES public.roll_entry(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.saved_audience
    ADD CONSTRAINT saved_audience_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisation(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.sealed_choice
    ADD CONSTRAINT sealed_choice_poll_id_fkey FOREIGN KEY (poll_id) REFERENCES public.poll(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.sealed_receipt
    ADD CONSTRAINT sealed_receipt_poll_id_fkey FOREIGN KEY (poll_id) REFERENCES public.poll(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.staff_member
    ADD CONSTRAINT staff_member_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisation(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.stance
    ADD CONSTRAINT stance_participant_id_fkey FOREIGN KEY (participant_id) REFERENCES public.participant(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.stance
    ADD CONSTRAINT stance_statement_id_fkey FOREIGN KEY (statement_id) REFERENCES public.statement(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.statement
    ADD CONSTRAINT statement_consultation_id_fkey FOREIGN KEY (consultation_id) REFERENCES public.consultation(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.statement
    ADD CONSTRAINT statement_merged_into_id_fkey FOREIGN KEY (merged_into_id) REFERENCES public.statement(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.statement
    ADD CONSTRAINT statement_post_id_fkey FOREIGN KEY (post_id) REFERENCES public.post(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.statement_reply
    ADD CONSTRAINT statement_reply_post_id_fkey FOREIGN KEY (post_id) REFERENCES public.post(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.statement_reply
    ADD CONSTRAINT statement_reply_statement_id_fkey FOREIGN KEY (statement_id) REFERENCES public.statement(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.subscription
    ADD CONSTRAINT subscription_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.subscription
    ADD CONSTRAINT subscription_template_id_fkey FOREIGN KEY (template_id) REFERENCES public.message_template(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.topic_opinion
    ADD CONSTRAINT topic_opinion_consultation_id_fkey FOREIGN KEY (consultation_id) REFERENCES public.consultation(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.undertaking
    ADD CONSTRAINT undertaking_consultation_id_fkey FOREIGN KEY (consultation_id) REFERENCES public.consultation(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.undertaking
    ADD CONSTRAINT undertaking_interview_id_fkey FOREIGN KEY (interview_id) REFERENCES public.interview(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.undertaking
    ADD CONSTRAINT undertaking_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisation(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.undertaking
    ADD CONSTRAINT undertaking_question_id_fkey FOREIGN KEY (question_id) REFERENCES public.question(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.watched_word
    ADD CONSTRAINT watched_word_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisation(id) ON DELETE CASCADE;
INSERT INTO public.tortoise_migrations (app, name, applied_at)
SELECT 'models', name, now() FROM unnest(ARRAY['0001_initial', '0002_partial_unique', '0003_lease_end', '0004_enquiries', '0005_events_by_name', '0006_households', '0007_residency', '0008_retention', '0009_people_indexes', '0010_places_by_hand', '0011_delegates', '0012_search_place', '0013_coverage_indexes', '0014_votes', '0015_sealed_lists', '0016_answers_for_a_while', '0017_notices', '0018_again', '0019_homes_of_a_campaign', '0020_articles', '0021_desk', '0022_left_answers', '0023_whose_line', '0024_moderation', '0025_consultations', '0026_corrected_answers', '0027_topic_opinion']) AS name;
