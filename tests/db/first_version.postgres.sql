CREATE TABLE public.customer_account (
    id integer NOT NULL,
    owner integer,
    owner_name character varying(32) DEFAULT ''::character varying NOT NULL,
    licence character varying(25) DEFAULT ''::character varying NOT NULL,
    platform character varying(3) DEFAULT ''::character varying NOT NULL,
    account_number character varying(12) DEFAULT ''::character varying NOT NULL,
    plan character varying(8) DEFAULT ''::character varying NOT NULL,
    status character varying(10) DEFAULT ''::character varying NOT NULL,
    expires_at timestamp with time zone,
    origin character varying(6) DEFAULT ''::character varying NOT NULL,
    pending_extension integer,
    noticed integer,
    created_at timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    changed_at timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    changed_by character varying(32) DEFAULT ''::character varying NOT NULL,
    version integer DEFAULT 1 NOT NULL
);

CREATE SEQUENCE public.customer_account_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.customer_account_id_seq OWNED BY public.customer_account.id;

CREATE TABLE public.day (
    id integer NOT NULL,
    last date DEFAULT CURRENT_DATE NOT NULL
);

CREATE SEQUENCE public.day_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.day_id_seq OWNED BY public.day.id;

CREATE TABLE public.event (
    id integer NOT NULL,
    at timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    kind character varying(40) DEFAULT ''::character varying NOT NULL,
    client integer,
    actor integer,
    actor_name character varying(32) DEFAULT ''::character varying NOT NULL,
    data text DEFAULT ''::text NOT NULL
);

CREATE SEQUENCE public.event_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.event_id_seq OWNED BY public.event.id;

CREATE TABLE public.extension_request (
    id integer NOT NULL,
    account integer,
    owner integer,
    owner_name character varying(32) DEFAULT ''::character varying NOT NULL,
    licence character varying(25) DEFAULT ''::character varying NOT NULL,
    platform character varying(3) DEFAULT ''::character varying NOT NULL,
    account_number character varying(12) DEFAULT ''::character varying NOT NULL,
    days integer DEFAULT 0 NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    status character varying(10) DEFAULT ''::character varying NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    decided_by_name character varying(32) DEFAULT NULL::character varying,
    decided_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    version integer DEFAULT 1 NOT NULL
);

CREATE SEQUENCE public.extension_request_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.extension_request_id_seq OWNED BY public.extension_request.id;

CREATE TABLE public.migration (
    id integer NOT NULL,
    name character varying(200) DEFAULT ''::character varying NOT NULL,
    app_name character varying(200) DEFAULT ''::character varying NOT NULL,
    ran_on timestamp without time zone DEFAULT CURRENT_TIMESTAMP NOT NULL
);

CREATE SEQUENCE public.migration_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.migration_id_seq OWNED BY public.migration.id;

CREATE TABLE public.person (
    id integer NOT NULL,
    username character varying(32) DEFAULT ''::character varying NOT NULL,
    email character varying(254) DEFAULT ''::character varying NOT NULL,
    password_hash character varying(200) DEFAULT ''::character varying NOT NULL,
    role character varying(10) DEFAULT ''::character varying NOT NULL,
    active boolean DEFAULT true NOT NULL,
    seen_event integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL
);

CREATE SEQUENCE public.person_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.person_id_seq OWNED BY public.person.id;

CREATE TABLE public.session (
    id integer NOT NULL,
    person integer,
    token_hash character varying(64) DEFAULT ''::character varying NOT NULL,
    created_at timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    seen_at timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    address character varying(64) DEFAULT ''::character varying NOT NULL,
    browser text DEFAULT ''::text NOT NULL
);

CREATE SEQUENCE public.session_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.session_id_seq OWNED BY public.session.id;

CREATE TABLE public.sign_in_failure (
    id integer NOT NULL,
    at timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    username character varying(64) DEFAULT ''::character varying NOT NULL,
    address character varying(64) DEFAULT ''::character varying NOT NULL
);

CREATE SEQUENCE public.sign_in_failure_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.sign_in_failure_id_seq OWNED BY public.sign_in_failure.id;

CREATE TABLE public.trading_code (
    id integer NOT NULL,
    code character varying(25) DEFAULT ''::character varying NOT NULL,
    owner integer,
    owner_name character varying(32) DEFAULT ''::character varying NOT NULL,
    platform character varying(3) DEFAULT ''::character varying NOT NULL,
    account_number character varying(12) DEFAULT ''::character varying NOT NULL,
    plan character varying(8) DEFAULT ''::character varying NOT NULL,
    status character varying(10) DEFAULT ''::character varying NOT NULL,
    request_key character varying(64) DEFAULT NULL::character varying,
    created_at timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    changed_at timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    changed_by character varying(32) DEFAULT ''::character varying NOT NULL,
    version integer DEFAULT 1 NOT NULL
);

CREATE SEQUENCE public.trading_code_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.trading_code_id_seq OWNED BY public.trading_code.id;

ALTER TABLE ONLY public.customer_account ALTER COLUMN id SET DEFAULT nextval('public.customer_account_id_seq'::regclass);

ALTER TABLE ONLY public.day ALTER COLUMN id SET DEFAULT nextval('public.day_id_seq'::regclass);

ALTER TABLE ONLY public.event ALTER COLUMN id SET DEFAULT nextval('public.event_id_seq'::regclass);

ALTER TABLE ONLY public.extension_request ALTER COLUMN id SET DEFAULT nextval('public.extension_request_id_seq'::regclass);

ALTER TABLE ONLY public.migration ALTER COLUMN id SET DEFAULT nextval('public.migration_id_seq'::regclass);

ALTER TABLE ONLY public.person ALTER COLUMN id SET DEFAULT nextval('public.person_id_seq'::regclass);

ALTER TABLE ONLY public.session ALTER COLUMN id SET DEFAULT nextval('public.session_id_seq'::regclass);

ALTER TABLE ONLY public.sign_in_failure ALTER COLUMN id SET DEFAULT nextval('public.sign_in_failure_id_seq'::regclass);

ALTER TABLE ONLY public.trading_code ALTER COLUMN id SET DEFAULT nextval('public.trading_code_id_seq'::regclass);

INSERT INTO public.customer_account VALUES (3, 5, 'mia.tanaka', 'Y81JCA154Y9J95CKAJCHQJ8G9', 'mt5', '20434138', '7', 'expired', '2026-11-07 11:55:48.043597+00', 'code', 7, 1, '2026-10-31 11:55:48.043597+00', '2026-11-07 21:38:48.09039+00', 'system', 2);
INSERT INTO public.customer_account VALUES (11, 4, 'eve', 'RSPS2C4VVA76MYCWJK6R5NSNV', 'mt5', '20505409', 'lifetime', 'valid', NULL, 'code', NULL, NULL, '2026-11-08 05:01:48.094666+00', '2026-11-08 05:01:48.094666+00', 'ada', 1);
INSERT INTO public.customer_account VALUES (30, 9, 'mia-lee', 'MDDR0N1EDJ7R8SKJKBV8JKTBJ', 'mt5', '72000005', '180', 'expired', '2026-11-29 13:24:48.961654+00', 'code', NULL, NULL, '2026-11-29 13:24:48.960076+00', '2026-11-29 13:24:48.961668+00', 'ada', 2);
INSERT INTO public.customer_account VALUES (16, 5, 'mia.tanaka', '9RXQZV38ZEPPQ5DDX54GG85W1', 'mt5', '20552923', 'lifetime', 'valid', NULL, 'code', NULL, NULL, '2026-11-13 08:25:48.131019+00', '2026-11-13 08:25:48.131019+00', 'ada', 1);
INSERT INTO public.customer_account VALUES (7, 5, 'mia.tanaka', 'SJ2T09W0DM20XWWKBVDE20NAP', 'mt5', '20473733', '90', 'valid', '2027-02-02 18:45:48.068869+00', 'code', NULL, NULL, '2026-11-04 18:45:48.068869+00', '2026-11-04 18:45:48.068869+00', 'ada', 1);
INSERT INTO public.customer_account VALUES (20, 5, 'mia.tanaka', 'D800MK7X2E1T9GQJQBA27J77G', 'mt5', '20592518', '180', 'valid', '2027-05-16 15:15:48.15939+00', 'code', NULL, NULL, '2026-11-17 15:15:48.15939+00', '2026-11-17 15:15:48.15939+00', 'grace', 1);
INSERT INTO public.customer_account VALUES (21, 6, 'tom-okafor', 'X9322AEFHE0F569M0954FBQHW', 'mt5', '20600437', 'lifetime', 'valid', NULL, 'code', NULL, NULL, '2026-11-18 11:49:48.166754+00', '2026-11-18 11:49:48.166754+00', 'ada', 1);
INSERT INTO public.customer_account VALUES (22, 7, 'zoe.lind', '50CB71YZXAG1XSJHVN6TT8VG4', 'mt4', '20608356', '30', 'valid', '2026-12-19 08:23:48.172211+00', 'code', NULL, NULL, '2026-11-19 08:23:48.172211+00', '2026-11-19 08:23:48.172211+00', 'grace', 1);
INSERT INTO public.customer_account VALUES (23, 3, 'bob', 'FBAX7W276FVW9X9NWH6D17BQE', 'mt5', '20616275', '90', 'valid', '2027-02-18 04:57:48.177579+00', 'code', NULL, NULL, '2026-11-20 04:57:48.177579+00', '2026-11-20 04:57:48.177579+00', 'ada', 1);
INSERT INTO public.customer_account VALUES (25, 5, 'mia.tanaka', 'TXESWJW7CFA7NJGH44B28KTCM', 'mt4', '20632113', '365', 'valid', '2027-11-21 22:05:48.188043+00', 'code', NULL, NULL, '2026-11-21 22:05:48.188043+00', '2026-11-21 22:05:48.188043+00', 'ada', 1);
INSERT INTO public.customer_account VALUES (12, 5, 'mia.tanaka', 'XKB12WXM53AAHXGG8CFSEE7KE', 'mt4', '20513328', '30', 'valid', '2026-12-09 01:35:48.100174+00', 'code', 9, NULL, '2026-11-09 01:35:48.100174+00', '2026-11-09 01:35:48.100174+00', 'grace', 1);
INSERT INTO public.customer_account VALUES (19, 3, 'bob', '2WBVP88X7H1CV13BXSN5ASSGV', 'mt5', '20576680', '7', 'expired', '2026-11-22 22:07:48.147129+00', 'code', NULL, 1, '2026-11-15 22:07:48.147129+00', '2026-11-23 02:16:48.20365+00', 'system', 2);
INSERT INTO public.customer_account VALUES (5, 7, 'zoe.lind', 'AYH73DJGR1SART653NVSPT77A', 'mt5', '20449976', '180', 'suspended', '2027-05-01 05:03:48.054292+00', 'code', NULL, NULL, '2026-11-02 05:03:48.054292+00', '2026-11-23 07:16:48.226983+00', 'ada', 2);
INSERT INTO public.customer_account VALUES (31, 8, 'mia.lee', '6B6STBAD97JFJFENDXNB2GCPR', 'mt5', '73000001', '365', 'suspended', '2027-11-29 13:24:48.963515+00', 'code', NULL, NULL, '2026-11-29 13:24:48.963515+00', '2026-11-29 13:24:48.96492+00', 'grace', 2);
INSERT INTO public.customer_account VALUES (4, 6, 'tom-okafor', '2NEKD682QP8V5TCN6RVRRKCNC', 'mt4', '20442057', '365', 'valid', '2027-12-01 08:29:48.048965+00', 'code', NULL, NULL, '2026-11-01 08:29:48.048965+00', '2026-11-28 21:56:48.328068+00', 'ada', 2);
INSERT INTO public.customer_account VALUES (24, 4, 'eve', 'XE9XM6TX2SWGVY2E8H1JPM3TY', 'mt5', '20624194', '7', 'expired', '2026-11-28 01:31:48.182709+00', 'code', NULL, 1, '2026-11-21 01:31:48.182709+00', '2026-11-28 02:16:48.288568+00', 'system', 2);
INSERT INTO public.customer_account VALUES (8, 6, 'tom-okafor', 'EPBMGJW5A7PA5E7TVTJY7XC0A', 'mt5', '20481652', '7', 'expired', '2026-11-12 15:19:48.074581+00', 'code', NULL, 1, '2026-11-05 15:19:48.074581+00', '2026-11-13 01:02:48.127579+00', 'system', 2);
INSERT INTO public.customer_account VALUES (17, 6, 'tom-okafor', 'YD8GWB4BNZV6JWZA4DB1R3W5B', 'mt4', '20560842', '30', 'valid', '2026-12-14 04:59:48.136333+00', 'code', 12, NULL, '2026-11-14 04:59:48.136333+00', '2026-11-14 04:59:48.136333+00', 'grace', 1);
INSERT INTO public.customer_account VALUES (1, 3, 'bob', 'K7YE89QN32RZ38CHCVXS2J28X', 'mt4', '20418300', '30', 'valid', '2026-12-28 18:47:48.030967+00', 'code', NULL, NULL, '2026-10-29 18:47:48.030967+00', '2026-11-28 09:56:48.300602+00', 'ada', 2);
INSERT INTO public.customer_account VALUES (9, 7, 'zoe.lind', 'PWMCX4W2NFKK9S81HFEJS5PWS', 'mt4', '20489571', '365', 'valid', '2027-11-06 11:53:48.080144+00', 'code', 13, NULL, '2026-11-06 11:53:48.080144+00', '2026-11-06 11:53:48.080144+00', 'ada', 1);
INSERT INTO public.customer_account VALUES (10, 3, 'bob', '154YBG2HJB89Y0WFSVYPS01KD', 'mt5', '20497490', '180', 'valid', '2027-05-06 08:27:48.086976+00', 'code', NULL, NULL, '2026-11-07 08:27:48.086976+00', '2026-11-07 08:27:48.086976+00', 'grace', 1);
INSERT INTO public.customer_account VALUES (14, 3, 'bob', 'ZH0HR3NTFXJA9QD0EQ727WTMK', 'mt4', '20537085', '365', 'valid', '2027-11-11 15:17:48.117681+00', 'code', 3, NULL, '2026-11-11 15:17:48.117681+00', '2026-11-11 15:17:48.117681+00', 'ada', 1);
INSERT INTO public.customer_account VALUES (2, 4, 'eve', 'N60CFW49FA7XZS65CD3N7318G', 'mt5', '20426219', '90', 'valid', '2027-01-28 15:21:48.038258+00', 'code', 4, NULL, '2026-10-30 15:21:48.038258+00', '2026-10-30 15:21:48.038258+00', 'ada', 1);
INSERT INTO public.customer_account VALUES (6, 4, 'eve', '73C63E4257BY27HXF8XHGHJPC', 'mt4', '20465814', '30', 'valid', '2026-12-03 22:11:48.063999+00', 'code', NULL, 7, '2026-11-03 22:11:48.063999+00', '2026-11-03 22:11:48.063999+00', 'grace', 1);
INSERT INTO public.customer_account VALUES (15, 4, 'eve', 'J72F7X05MVEYTTAKMERS7PWAZ', 'mt5', '20545004', '180', 'valid', '2027-05-11 11:51:48.124332+00', 'code', 6, NULL, '2026-11-12 11:51:48.124332+00', '2026-11-12 11:51:48.124332+00', 'grace', 1);
INSERT INTO public.customer_account VALUES (13, 7, 'zoe.lind', 'E39M4WA4T2SB3K0Q30AGRX1CB', 'mt5', '20529166', '7', 'expired', '2026-11-17 18:43:48.112516+00', 'code', NULL, 1, '2026-11-10 18:43:48.112516+00', '2026-11-18 04:26:48.163059+00', 'system', 2);
INSERT INTO public.customer_account VALUES (18, 7, 'zoe.lind', 'MNMVAPYDQ5M1XMKRPTVAD6W79', 'mt5', '20568761', '90', 'valid', '2027-02-13 01:33:48.141701+00', 'code', 15, NULL, '2026-11-15 01:33:48.141701+00', '2026-11-15 01:33:48.141701+00', 'ada', 1);
INSERT INTO public.customer_account VALUES (26, 6, 'tom-okafor', 'X1HBGBPKH3802F2HZCVJ02278', 'mt4', '88123407', '90', 'valid', '2027-02-27 12:16:48.347514+00', 'manual', NULL, NULL, '2026-11-29 12:16:48.347514+00', '2026-11-29 12:16:48.347514+00', 'grace', 1);
INSERT INTO public.customer_account VALUES (32, 8, 'mia.lee', 'K4XPNMJYDYYMMGFNK6MYN2RK6', 'mt5', '73000002', '365', 'valid', '2027-11-29 13:24:48.966624+00', 'code', NULL, NULL, '2026-11-29 13:24:48.966624+00', '2026-11-29 13:24:48.968779+00', 'ada', 3);
INSERT INTO public.customer_account VALUES (27, 8, 'mia.lee', 'NCK967YYMRQK0ZJ0ADNPKSYC9', 'mt5', '71000001', '7', 'expired', '2026-11-16 13:24:48.939966+00', 'code', NULL, 1, '2026-11-09 13:24:48.939966+00', '2026-11-19 01:24:48.946818+00', 'system', 2);
INSERT INTO public.customer_account VALUES (28, 9, 'mia-lee', 'AW982T1HDWXDD6974PZYCPQ1X', 'mt5', '72000003', '180', 'valid', '2027-05-28 13:24:48.953932+00', 'code', NULL, NULL, '2026-11-29 13:24:48.953932+00', '2026-11-29 13:24:48.953932+00', 'grace', 1);
INSERT INTO public.customer_account VALUES (29, 9, 'mia-lee', '1414XNCQVGK3XBGX1Q90BAA4E', 'mt5', '72000004', '180', 'suspended', '2027-05-28 13:24:48.956594+00', 'code', NULL, NULL, '2026-11-29 13:24:48.956594+00', '2026-11-29 13:24:48.958128+00', 'ada', 2);
INSERT INTO public.customer_account VALUES (33, 9, 'mia-lee', 'F40FXYX3D1E5ZW5XETVAFZGZ0', 'mt5', '73000003', '30', 'valid', '2027-02-12 13:24:48.970642+00', 'code', NULL, NULL, '2026-11-29 13:24:48.970642+00', '2026-11-29 13:24:48.97194+00', 'ada', 2);
INSERT INTO public.customer_account VALUES (34, 9, 'mia-lee', 'TYNN9TJ6C6C9XV25TRK235AE2', 'mt5', '123456789012', 'lifetime', 'valid', NULL, 'code', NULL, NULL, '2026-11-29 13:24:48.973997+00', '2026-11-29 13:24:48.973997+00', 'ada', 1);
INSERT INTO public.customer_account VALUES (35, 9, 'mia-lee', 'KXNN0W7GVF489J7AHKPYD91FJ', 'mt4', '1234', '90', 'valid', '2027-02-27 13:24:48.975624+00', 'manual', NULL, NULL, '2026-11-29 13:24:48.975624+00', '2026-11-29 13:24:48.975624+00', 'grace', 1);
INSERT INTO public.customer_account VALUES (36, 12, 'ivan.petrov', 'MB5Q0RNYJBXXY88TZJF8A70HP', 'mt5', '73000004', '30', 'valid', '2026-12-29 13:24:48.977252+00', 'code', NULL, NULL, '2026-11-29 13:24:48.977252+00', '2026-11-29 13:24:48.977252+00', 'ada', 1);
INSERT INTO public.customer_account VALUES (37, 8, 'mia.lee', '8Y9RFZCHSCQH7GBPWX6BPZA07', 'mt5', '74000001', '30', 'valid', '2026-12-29 13:24:48.980905+00', 'code', 16, NULL, '2026-11-29 13:24:48.980905+00', '2026-11-29 13:24:48.980905+00', 'ada', 1);
INSERT INTO public.customer_account VALUES (39, 8, 'mia.lee', '6SNSZ0WX9CQTNSB1A3Z43ZGC6', 'mt5', '74000003', '30', 'valid', '2027-03-29 13:24:48.991831+00', 'code', NULL, NULL, '2026-11-29 13:24:48.991831+00', '2026-11-29 13:24:48.996119+00', 'ada', 2);
INSERT INTO public.customer_account VALUES (38, 8, 'mia.lee', 'JGZ9593GK3V13B2N03RVQ67G5', 'mt5', '74000002', '30', 'valid', '2026-12-29 13:24:48.984898+00', 'code', NULL, NULL, '2026-11-29 13:24:48.984898+00', '2026-11-29 13:24:48.984898+00', 'ada', 1);
INSERT INTO public.customer_account VALUES (40, 8, 'mia.lee', 'WDQ95E0Q65A04217F0F3DXX79', 'mt5', '74000004', '30', 'valid', '2026-12-29 13:24:48.998571+00', 'code', NULL, NULL, '2026-11-29 13:24:48.998571+00', '2026-11-29 13:24:48.998571+00', 'ada', 1);

INSERT INTO public.day VALUES (1, '2026-11-29');

INSERT INTO public.event VALUES (1, '2026-11-29 13:24:47.86988+00', 'PersonRegistered', NULL, 1, 'ada', '{"type":"PersonRegistered","client":null,"person":1}');
INSERT INTO public.event VALUES (2, '2026-11-29 13:24:47.911341+00', 'PersonRegistered', NULL, 2, 'grace', '{"type":"PersonRegistered","client":null,"person":2}');
INSERT INTO public.event VALUES (3, '2026-11-29 13:24:47.934395+00', 'PersonRegistered', NULL, 3, 'bob', '{"type":"PersonRegistered","client":null,"person":3}');
INSERT INTO public.event VALUES (4, '2026-11-29 13:24:47.956729+00', 'PersonRegistered', NULL, 4, 'eve', '{"type":"PersonRegistered","client":null,"person":4}');
INSERT INTO public.event VALUES (5, '2026-11-29 13:24:47.980121+00', 'PersonRegistered', NULL, 5, 'mia.tanaka', '{"type":"PersonRegistered","client":null,"person":5}');
INSERT INTO public.event VALUES (6, '2026-11-29 13:24:48.002785+00', 'PersonRegistered', NULL, 6, 'tom-okafor', '{"type":"PersonRegistered","client":null,"person":6}');
INSERT INTO public.event VALUES (7, '2026-11-29 13:24:48.025545+00', 'PersonRegistered', NULL, 7, 'zoe.lind', '{"type":"PersonRegistered","client":null,"person":7}');
INSERT INTO public.event VALUES (8, '2026-10-29 11:24:48.028271+00', 'CodeGenerated', 3, 3, 'bob', '{"type":"CodeGenerated","client":3,"code":1}');
INSERT INTO public.event VALUES (9, '2026-10-29 18:47:48.032194+00', 'CodeActivated', 3, 2, 'grace', '{"type":"CodeActivated","client":3,"code":1,"account":1}');
INSERT INTO public.event VALUES (10, '2026-10-30 07:58:48.037012+00', 'CodeGenerated', 4, 4, 'eve', '{"type":"CodeGenerated","client":4,"code":2}');
INSERT INTO public.event VALUES (11, '2026-10-30 15:21:48.038615+00', 'CodeActivated', 4, 1, 'ada', '{"type":"CodeActivated","client":4,"code":2,"account":2}');
INSERT INTO public.event VALUES (12, '2026-10-31 04:32:48.04237+00', 'CodeGenerated', 5, 5, 'mia.tanaka', '{"type":"CodeGenerated","client":5,"code":3}');
INSERT INTO public.event VALUES (13, '2026-10-31 11:55:48.044056+00', 'CodeActivated', 5, 2, 'grace', '{"type":"CodeActivated","client":5,"code":3,"account":3}');
INSERT INTO public.event VALUES (14, '2026-11-01 01:06:48.047847+00', 'CodeGenerated', 6, 6, 'tom-okafor', '{"type":"CodeGenerated","client":6,"code":4}');
INSERT INTO public.event VALUES (15, '2026-11-01 08:29:48.049275+00', 'CodeActivated', 6, 1, 'ada', '{"type":"CodeActivated","client":6,"code":4,"account":4}');
INSERT INTO public.event VALUES (16, '2026-11-01 21:40:48.05295+00', 'CodeGenerated', 7, 7, 'zoe.lind', '{"type":"CodeGenerated","client":7,"code":5}');
INSERT INTO public.event VALUES (17, '2026-11-02 05:03:48.054664+00', 'CodeActivated', 7, 2, 'grace', '{"type":"CodeActivated","client":7,"code":5,"account":5}');
INSERT INTO public.event VALUES (18, '2026-11-02 18:14:48.05859+00', 'CodeGenerated', 3, 3, 'bob', '{"type":"CodeGenerated","client":3,"code":6}');
INSERT INTO public.event VALUES (19, '2026-11-03 14:48:48.062597+00', 'CodeGenerated', 4, 4, 'eve', '{"type":"CodeGenerated","client":4,"code":7}');
INSERT INTO public.event VALUES (20, '2026-11-03 22:11:48.064384+00', 'CodeActivated', 4, 2, 'grace', '{"type":"CodeActivated","client":4,"code":7,"account":6}');
INSERT INTO public.event VALUES (21, '2026-11-04 11:22:48.067613+00', 'CodeGenerated', 5, 5, 'mia.tanaka', '{"type":"CodeGenerated","client":5,"code":8}');
INSERT INTO public.event VALUES (22, '2026-11-04 18:45:48.069186+00', 'CodeActivated', 5, 1, 'ada', '{"type":"CodeActivated","client":5,"code":8,"account":7}');
INSERT INTO public.event VALUES (23, '2026-11-05 07:56:48.073227+00', 'CodeGenerated', 6, 6, 'tom-okafor', '{"type":"CodeGenerated","client":6,"code":9}');
INSERT INTO public.event VALUES (24, '2026-11-05 15:19:48.074906+00', 'CodeActivated', 6, 2, 'grace', '{"type":"CodeActivated","client":6,"code":9,"account":8}');
INSERT INTO public.event VALUES (25, '2026-11-06 04:30:48.078809+00', 'CodeGenerated', 7, 7, 'zoe.lind', '{"type":"CodeGenerated","client":7,"code":10}');
INSERT INTO public.event VALUES (26, '2026-11-06 11:53:48.080428+00', 'CodeActivated', 7, 1, 'ada', '{"type":"CodeActivated","client":7,"code":10,"account":9}');
INSERT INTO public.event VALUES (27, '2026-11-07 01:04:48.082633+00', 'AccountExpiringSoon', 5, NULL, 'system', '{"type":"AccountExpiringSoon","client":5,"account":3,"days":1}');
INSERT INTO public.event VALUES (28, '2026-11-07 01:04:48.085748+00', 'CodeGenerated', 3, 3, 'bob', '{"type":"CodeGenerated","client":3,"code":11}');
INSERT INTO public.event VALUES (29, '2026-11-07 08:27:48.087266+00', 'CodeActivated', 3, 2, 'grace', '{"type":"CodeActivated","client":3,"code":11,"account":10}');
INSERT INTO public.event VALUES (30, '2026-11-07 21:38:48.091165+00', 'AccountExpired', 5, NULL, 'system', '{"type":"AccountExpired","client":5,"account":3}');
INSERT INTO public.event VALUES (31, '2026-11-07 21:38:48.093151+00', 'CodeGenerated', 4, 4, 'eve', '{"type":"CodeGenerated","client":4,"code":12}');
INSERT INTO public.event VALUES (32, '2026-11-08 05:01:48.094987+00', 'CodeActivated', 4, 1, 'ada', '{"type":"CodeActivated","client":4,"code":12,"account":11}');
INSERT INTO public.event VALUES (33, '2026-11-08 18:12:48.098795+00', 'CodeGenerated', 5, 5, 'mia.tanaka', '{"type":"CodeGenerated","client":5,"code":13}');
INSERT INTO public.event VALUES (34, '2026-11-09 01:35:48.100497+00', 'CodeActivated', 5, 2, 'grace', '{"type":"CodeActivated","client":5,"code":13,"account":12}');
INSERT INTO public.event VALUES (35, '2026-11-09 14:46:48.106469+00', 'CodeGenerated', 6, 6, 'tom-okafor', '{"type":"CodeGenerated","client":6,"code":14}');
INSERT INTO public.event VALUES (36, '2026-11-10 11:20:48.110036+00', 'CodeExpired', 3, NULL, 'system', '{"type":"CodeExpired","client":3,"code":6,"account":null}');
INSERT INTO public.event VALUES (37, '2026-11-10 11:20:48.111248+00', 'CodeGenerated', 7, 7, 'zoe.lind', '{"type":"CodeGenerated","client":7,"code":15}');
INSERT INTO public.event VALUES (38, '2026-11-10 18:43:48.112821+00', 'CodeActivated', 7, 2, 'grace', '{"type":"CodeActivated","client":7,"code":15,"account":13}');
INSERT INTO public.event VALUES (39, '2026-11-11 07:54:48.116345+00', 'CodeGenerated', 3, 3, 'bob', '{"type":"CodeGenerated","client":3,"code":16}');
INSERT INTO public.event VALUES (40, '2026-11-11 15:17:48.118014+00', 'CodeActivated', 3, 1, 'ada', '{"type":"CodeActivated","client":3,"code":16,"account":14}');
INSERT INTO public.event VALUES (41, '2026-11-12 04:28:48.120176+00', 'AccountExpiringSoon', 6, NULL, 'system', '{"type":"AccountExpiringSoon","client":6,"account":8,"days":1}');
INSERT INTO public.event VALUES (42, '2026-11-12 04:28:48.123127+00', 'CodeGenerated', 4, 4, 'eve', '{"type":"CodeGenerated","client":4,"code":17}');
INSERT INTO public.event VALUES (43, '2026-11-12 11:51:48.124645+00', 'CodeActivated', 4, 2, 'grace', '{"type":"CodeActivated","client":4,"code":17,"account":15}');
INSERT INTO public.event VALUES (44, '2026-11-13 01:02:48.128061+00', 'AccountExpired', 6, NULL, 'system', '{"type":"AccountExpired","client":6,"account":8}');
INSERT INTO public.event VALUES (45, '2026-11-13 01:02:48.129847+00', 'CodeGenerated', 5, 5, 'mia.tanaka', '{"type":"CodeGenerated","client":5,"code":18}');
INSERT INTO public.event VALUES (46, '2026-11-13 08:25:48.131309+00', 'CodeActivated', 5, 1, 'ada', '{"type":"CodeActivated","client":5,"code":18,"account":16}');
INSERT INTO public.event VALUES (47, '2026-11-13 21:36:48.135009+00', 'CodeGenerated', 6, 6, 'tom-okafor', '{"type":"CodeGenerated","client":6,"code":19}');
INSERT INTO public.event VALUES (48, '2026-11-14 04:59:48.136677+00', 'CodeActivated', 6, 2, 'grace', '{"type":"CodeActivated","client":6,"code":19,"account":17}');
INSERT INTO public.event VALUES (49, '2026-11-14 18:10:48.14049+00', 'CodeGenerated', 7, 7, 'zoe.lind', '{"type":"CodeGenerated","client":7,"code":20}');
INSERT INTO public.event VALUES (50, '2026-11-15 01:33:48.14201+00', 'CodeActivated', 7, 1, 'ada', '{"type":"CodeActivated","client":7,"code":20,"account":18}');
INSERT INTO public.event VALUES (51, '2026-11-15 14:44:48.145856+00', 'CodeGenerated', 3, 3, 'bob', '{"type":"CodeGenerated","client":3,"code":21}');
INSERT INTO public.event VALUES (52, '2026-11-15 22:07:48.14746+00', 'CodeActivated', 3, 2, 'grace', '{"type":"CodeActivated","client":3,"code":21,"account":19}');
INSERT INTO public.event VALUES (53, '2026-11-16 11:18:48.151228+00', 'CodeGenerated', 4, 4, 'eve', '{"type":"CodeGenerated","client":4,"code":22}');
INSERT INTO public.event VALUES (54, '2026-11-17 07:52:48.153398+00', 'AccountExpiringSoon', 7, NULL, 'system', '{"type":"AccountExpiringSoon","client":7,"account":13,"days":1}');
INSERT INTO public.event VALUES (55, '2026-11-17 07:52:48.156773+00', 'CodeExpired', 6, NULL, 'system', '{"type":"CodeExpired","client":6,"code":14,"account":null}');
INSERT INTO public.event VALUES (56, '2026-11-17 07:52:48.15802+00', 'CodeGenerated', 5, 5, 'mia.tanaka', '{"type":"CodeGenerated","client":5,"code":23}');
INSERT INTO public.event VALUES (57, '2026-11-17 15:15:48.159739+00', 'CodeActivated', 5, 2, 'grace', '{"type":"CodeActivated","client":5,"code":23,"account":20}');
INSERT INTO public.event VALUES (58, '2026-11-18 04:26:48.163562+00', 'AccountExpired', 7, NULL, 'system', '{"type":"AccountExpired","client":7,"account":13}');
INSERT INTO public.event VALUES (59, '2026-11-18 04:26:48.165512+00', 'CodeGenerated', 6, 6, 'tom-okafor', '{"type":"CodeGenerated","client":6,"code":24}');
INSERT INTO public.event VALUES (60, '2026-11-18 11:49:48.167066+00', 'CodeActivated', 6, 1, 'ada', '{"type":"CodeActivated","client":6,"code":24,"account":21}');
INSERT INTO public.event VALUES (61, '2026-11-19 01:00:48.170989+00', 'CodeGenerated', 7, 7, 'zoe.lind', '{"type":"CodeGenerated","client":7,"code":25}');
INSERT INTO public.event VALUES (62, '2026-11-19 08:23:48.172515+00', 'CodeActivated', 7, 2, 'grace', '{"type":"CodeActivated","client":7,"code":25,"account":22}');
INSERT INTO public.event VALUES (63, '2026-11-19 21:34:48.1762+00', 'CodeGenerated', 3, 3, 'bob', '{"type":"CodeGenerated","client":3,"code":26}');
INSERT INTO public.event VALUES (64, '2026-11-20 04:57:48.177893+00', 'CodeActivated', 3, 1, 'ada', '{"type":"CodeActivated","client":3,"code":26,"account":23}');
INSERT INTO public.event VALUES (65, '2026-11-20 18:08:48.181567+00', 'CodeGenerated', 4, 4, 'eve', '{"type":"CodeGenerated","client":4,"code":27}');
INSERT INTO public.event VALUES (66, '2026-11-21 01:31:48.18303+00', 'CodeActivated', 4, 2, 'grace', '{"type":"CodeActivated","client":4,"code":27,"account":24}');
INSERT INTO public.event VALUES (67, '2026-11-21 14:42:48.18679+00', 'CodeGenerated', 5, 5, 'mia.tanaka', '{"type":"CodeGenerated","client":5,"code":28}');
INSERT INTO public.event VALUES (68, '2026-11-21 22:05:48.18835+00', 'CodeActivated', 5, 1, 'ada', '{"type":"CodeActivated","client":5,"code":28,"account":25}');
INSERT INTO public.event VALUES (69, '2026-11-22 11:16:48.190291+00', 'AccountExpiringSoon', 3, NULL, 'system', '{"type":"AccountExpiringSoon","client":3,"account":19,"days":1}');
INSERT INTO public.event VALUES (70, '2026-11-22 11:16:48.192366+00', 'AccountExpiringSoon', 3, NULL, 'system', '{"type":"AccountExpiringSoon","client":3,"account":1,"days":7}');
INSERT INTO public.event VALUES (71, '2026-11-22 21:16:48.201001+00', 'CodeCompleted', 5, 2, 'grace', '{"type":"CodeCompleted","client":5,"code":3,"account":null}');
INSERT INTO public.event VALUES (72, '2026-11-23 02:16:48.204168+00', 'AccountExpired', 3, NULL, 'system', '{"type":"AccountExpired","client":3,"account":19}');
INSERT INTO public.event VALUES (73, '2026-11-23 07:16:48.227618+00', 'CodeCancelled', 7, 1, 'ada', '{"type":"CodeCancelled","client":7,"code":5,"account":5}');
INSERT INTO public.event VALUES (74, '2026-11-23 12:16:48.230891+00', 'CodeExpired', 4, NULL, 'system', '{"type":"CodeExpired","client":4,"code":22,"account":null}');
INSERT INTO public.event VALUES (75, '2026-11-23 22:16:48.236829+00', 'CodeCompleted', 5, 2, 'grace', '{"type":"CodeCompleted","client":5,"code":8,"account":null}');
INSERT INTO public.event VALUES (76, '2026-11-24 23:16:48.249268+00', 'CodeCompleted', 5, 2, 'grace', '{"type":"CodeCompleted","client":5,"code":13,"account":null}');
INSERT INTO public.event VALUES (77, '2026-11-26 00:16:48.261788+00', 'CodeCompleted', 5, 2, 'grace', '{"type":"CodeCompleted","client":5,"code":18,"account":null}');
INSERT INTO public.event VALUES (78, '2026-11-27 01:16:48.272956+00', 'AccountExpiringSoon', 4, NULL, 'system', '{"type":"AccountExpiringSoon","client":4,"account":6,"days":7}');
INSERT INTO public.event VALUES (79, '2026-11-27 01:16:48.27524+00', 'CodeCompleted', 5, 2, 'grace', '{"type":"CodeCompleted","client":5,"code":23,"account":null}');
INSERT INTO public.event VALUES (80, '2026-11-27 06:16:48.276794+00', 'AccountExpiringSoon', 4, NULL, 'system', '{"type":"AccountExpiringSoon","client":4,"account":24,"days":1}');
INSERT INTO public.event VALUES (81, '2026-11-27 21:16:48.28436+00', 'AccountExpiringSoon', 3, NULL, 'system', '{"type":"AccountExpiringSoon","client":3,"account":1,"days":1}');
INSERT INTO public.event VALUES (82, '2026-11-28 02:16:48.28898+00', 'AccountExpired', 4, NULL, 'system', '{"type":"AccountExpired","client":4,"account":24}');
INSERT INTO public.event VALUES (83, '2026-11-28 02:16:48.29094+00', 'CodeCompleted', 5, 2, 'grace', '{"type":"CodeCompleted","client":5,"code":28,"account":null}');
INSERT INTO public.event VALUES (84, '2026-11-28 07:16:48.293565+00', 'BroadcastSent', NULL, 1, 'ada', '{"type":"BroadcastSent","client":null,"message":"Servers move to the new data centre on Sunday, 06:00 to 06:20 UTC.","level":"info"}');
INSERT INTO public.event VALUES (85, '2026-11-28 09:16:48.297804+00', 'ExtensionRequested', 3, 3, 'bob', '{"type":"ExtensionRequested","client":3,"request":1,"account":1}');
INSERT INTO public.event VALUES (86, '2026-11-28 09:56:48.301385+00', 'ExtensionApproved', 3, 1, 'ada', '{"type":"ExtensionApproved","client":3,"request":1,"account":1}');
INSERT INTO public.event VALUES (87, '2026-11-28 09:56:48.303319+00', 'ExtensionRequested', 3, 3, 'bob', '{"type":"ExtensionRequested","client":3,"request":2,"account":10}');
INSERT INTO public.event VALUES (88, '2026-11-28 10:36:48.305192+00', 'ExtensionRejected', 3, 2, 'grace', '{"type":"ExtensionRejected","client":3,"request":2,"account":10}');
INSERT INTO public.event VALUES (89, '2026-11-28 10:36:48.307065+00', 'ExtensionRequested', 3, 3, 'bob', '{"type":"ExtensionRequested","client":3,"request":3,"account":14}');
INSERT INTO public.event VALUES (90, '2026-11-28 13:16:48.309904+00', 'ExtensionRequested', 4, 4, 'eve', '{"type":"ExtensionRequested","client":4,"request":4,"account":2}');
INSERT INTO public.event VALUES (91, '2026-11-28 13:56:48.311682+00', 'ExtensionRequested', 4, 4, 'eve', '{"type":"ExtensionRequested","client":4,"request":5,"account":6}');
INSERT INTO public.event VALUES (92, '2026-11-28 14:36:48.313512+00', 'ExtensionRejected', 4, 2, 'grace', '{"type":"ExtensionRejected","client":4,"request":5,"account":6}');
INSERT INTO public.event VALUES (93, '2026-11-28 14:36:48.315293+00', 'ExtensionRequested', 4, 4, 'eve', '{"type":"ExtensionRequested","client":4,"request":6,"account":15}');
INSERT INTO public.event VALUES (94, '2026-11-28 17:16:48.318091+00', 'ExtensionRequested', 5, 5, 'mia.tanaka', '{"type":"ExtensionRequested","client":5,"request":7,"account":3}');
INSERT INTO public.event VALUES (95, '2026-11-28 17:56:48.319774+00', 'ExtensionRequested', 5, 5, 'mia.tanaka', '{"type":"ExtensionRequested","client":5,"request":8,"account":7}');
INSERT INTO public.event VALUES (96, '2026-11-28 18:36:48.321577+00', 'ExtensionRejected', 5, 2, 'grace', '{"type":"ExtensionRejected","client":5,"request":8,"account":7}');
INSERT INTO public.event VALUES (97, '2026-11-28 18:36:48.323254+00', 'ExtensionRequested', 5, 5, 'mia.tanaka', '{"type":"ExtensionRequested","client":5,"request":9,"account":12}');
INSERT INTO public.event VALUES (98, '2026-11-28 21:16:48.326051+00', 'ExtensionRequested', 6, 6, 'tom-okafor', '{"type":"ExtensionRequested","client":6,"request":10,"account":4}');
INSERT INTO public.event VALUES (99, '2026-11-28 21:56:48.328553+00', 'ExtensionApproved', 6, 1, 'ada', '{"type":"ExtensionApproved","client":6,"request":10,"account":4}');
INSERT INTO public.event VALUES (100, '2026-11-28 21:56:48.330326+00', 'ExtensionRequested', 6, 6, 'tom-okafor', '{"type":"ExtensionRequested","client":6,"request":11,"account":8}');
INSERT INTO public.event VALUES (101, '2026-11-28 22:36:48.332033+00', 'ExtensionRejected', 6, 2, 'grace', '{"type":"ExtensionRejected","client":6,"request":11,"account":8}');
INSERT INTO public.event VALUES (102, '2026-11-28 22:36:48.33384+00', 'ExtensionRequested', 6, 6, 'tom-okafor', '{"type":"ExtensionRequested","client":6,"request":12,"account":17}');
INSERT INTO public.event VALUES (103, '2026-11-29 01:16:48.33658+00', 'ExtensionRequested', 7, 7, 'zoe.lind', '{"type":"ExtensionRequested","client":7,"request":13,"account":9}');
INSERT INTO public.event VALUES (104, '2026-11-29 01:56:48.338236+00', 'ExtensionRequested', 7, 7, 'zoe.lind', '{"type":"ExtensionRequested","client":7,"request":14,"account":13}');
INSERT INTO public.event VALUES (105, '2026-11-29 02:36:48.339963+00', 'ExtensionRejected', 7, 2, 'grace', '{"type":"ExtensionRejected","client":7,"request":14,"account":13}');
INSERT INTO public.event VALUES (106, '2026-11-29 02:36:48.341623+00', 'ExtensionRequested', 7, 7, 'zoe.lind', '{"type":"ExtensionRequested","client":7,"request":15,"account":18}');
INSERT INTO public.event VALUES (107, '2026-11-29 06:16:48.342884+00', 'CodeGenerated', 3, 3, 'bob', '{"type":"CodeGenerated","client":3,"code":29}');
INSERT INTO public.event VALUES (108, '2026-11-29 09:16:48.344133+00', 'CodeGenerated', 5, 5, 'mia.tanaka', '{"type":"CodeGenerated","client":5,"code":30}');
INSERT INTO public.event VALUES (109, '2026-11-29 12:16:48.345346+00', 'CodeGenerated', 7, 7, 'zoe.lind', '{"type":"CodeGenerated","client":7,"code":31}');
INSERT INTO public.event VALUES (110, '2026-11-29 12:16:48.347925+00', 'AccountCreated', 6, 2, 'grace', '{"type":"AccountCreated","client":6,"account":26}');
INSERT INTO public.event VALUES (111, '2026-11-29 12:16:48.350417+00', 'NotificationsSeen', 1, 1, 'ada', '{"type":"NotificationsSeen","client":1,"up_to":106}');
INSERT INTO public.event VALUES (112, '2026-11-29 12:16:48.352166+00', 'NotificationsSeen', 2, 2, 'grace', '{"type":"NotificationsSeen","client":2,"up_to":101}');
INSERT INTO public.event VALUES (113, '2026-11-29 13:24:48.773186+00', 'DayBegan', NULL, NULL, 'system', '{"type":"DayBegan","client":null}');
INSERT INTO public.event VALUES (114, '2026-11-29 13:24:48.815954+00', 'PersonRegistered', NULL, 8, 'mia.lee', '{"type":"PersonRegistered","client":null,"person":8}');
INSERT INTO public.event VALUES (115, '2026-11-29 13:24:48.847208+00', 'PersonRegistered', NULL, 9, 'mia-lee', '{"type":"PersonRegistered","client":null,"person":9}');
INSERT INTO public.event VALUES (116, '2026-11-29 13:24:48.869246+00', 'PersonRegistered', NULL, 10, 'support', '{"type":"PersonRegistered","client":null,"person":10}');
INSERT INTO public.event VALUES (117, '2026-11-29 13:24:48.890616+00', 'PersonRegistered', NULL, 11, 'max.', '{"type":"PersonRegistered","client":null,"person":11}');
INSERT INTO public.event VALUES (118, '2026-11-29 13:24:48.912171+00', 'PersonRegistered', NULL, 12, 'ivan.petrov', '{"type":"PersonRegistered","client":null,"person":12}');
INSERT INTO public.event VALUES (119, '2026-11-29 13:24:48.914791+00', 'RoleChanged', NULL, NULL, 'system', '{"type":"RoleChanged","client":null,"person":10,"session":null,"role":"admin"}');
INSERT INTO public.event VALUES (120, '2026-11-29 13:24:48.936883+00', 'PasswordChanged', NULL, NULL, 'system', '{"type":"PasswordChanged","client":null,"person":11,"session":null}');
INSERT INTO public.event VALUES (121, '2026-11-09 13:24:48.938482+00', 'CodeGenerated', 8, 8, 'mia.lee', '{"type":"CodeGenerated","client":8,"code":32}');
INSERT INTO public.event VALUES (122, '2026-11-09 13:24:48.940768+00', 'CodeActivated', 8, 1, 'ada', '{"type":"CodeActivated","client":8,"code":32,"account":27}');
INSERT INTO public.event VALUES (123, '2026-11-09 13:24:48.942675+00', 'CodeGenerated', 8, 8, 'mia.lee', '{"type":"CodeGenerated","client":8,"code":33}');
INSERT INTO public.event VALUES (124, '2026-11-16 01:24:48.944866+00', 'AccountExpiringSoon', 8, NULL, 'system', '{"type":"AccountExpiringSoon","client":8,"account":27,"days":1}');
INSERT INTO public.event VALUES (125, '2026-11-19 01:24:48.947268+00', 'AccountExpired', 8, NULL, 'system', '{"type":"AccountExpired","client":8,"account":27}');
INSERT INTO public.event VALUES (126, '2026-11-19 01:24:48.948798+00', 'CodeExpired', 8, NULL, 'system', '{"type":"CodeExpired","client":8,"code":33,"account":null}');
INSERT INTO public.event VALUES (127, '2026-11-29 13:24:48.95012+00', 'CodeGenerated', 8, 8, 'mia.lee', '{"type":"CodeGenerated","client":8,"code":34}');
INSERT INTO public.event VALUES (128, '2026-11-29 13:24:48.950857+00', 'CodeGenerated', 8, 8, 'mia.lee', '{"type":"CodeGenerated","client":8,"code":35}');
INSERT INTO public.event VALUES (129, '2026-11-29 13:24:48.952335+00', 'CodeCancelled', 8, 1, 'ada', '{"type":"CodeCancelled","client":8,"code":35,"account":null}');
INSERT INTO public.event VALUES (130, '2026-11-29 13:24:48.953091+00', 'CodeGenerated', 9, 9, 'mia-lee', '{"type":"CodeGenerated","client":9,"code":36}');
INSERT INTO public.event VALUES (131, '2026-11-29 13:24:48.954226+00', 'CodeActivated', 9, 2, 'grace', '{"type":"CodeActivated","client":9,"code":36,"account":28}');
INSERT INTO public.event VALUES (132, '2026-11-29 13:24:48.955025+00', 'CodeCompleted', 9, 1, 'ada', '{"type":"CodeCompleted","client":9,"code":36,"account":null}');
INSERT INTO public.event VALUES (133, '2026-11-29 13:24:48.955753+00', 'CodeGenerated', 9, 9, 'mia-lee', '{"type":"CodeGenerated","client":9,"code":37}');
INSERT INTO public.event VALUES (134, '2026-11-29 13:24:48.956861+00', 'CodeActivated', 9, 2, 'grace', '{"type":"CodeActivated","client":9,"code":37,"account":29}');
INSERT INTO public.event VALUES (135, '2026-11-29 13:24:48.958571+00', 'CodeCancelled', 9, 1, 'ada', '{"type":"CodeCancelled","client":9,"code":37,"account":29}');
INSERT INTO public.event VALUES (136, '2026-11-29 13:24:48.959265+00', 'CodeGenerated', 9, 9, 'mia-lee', '{"type":"CodeGenerated","client":9,"code":38}');
INSERT INTO public.event VALUES (137, '2026-11-29 13:24:48.960345+00', 'CodeActivated', 9, 2, 'grace', '{"type":"CodeActivated","client":9,"code":38,"account":30}');
INSERT INTO public.event VALUES (138, '2026-11-29 13:24:48.962102+00', 'CodeExpired', 9, 1, 'ada', '{"type":"CodeExpired","client":9,"code":38,"account":30}');
INSERT INTO public.event VALUES (139, '2026-11-29 13:24:48.962801+00', 'CodeGenerated', 8, 8, 'mia.lee', '{"type":"CodeGenerated","client":8,"code":39}');
INSERT INTO public.event VALUES (140, '2026-11-29 13:24:48.963765+00', 'CodeActivated', 8, 1, 'ada', '{"type":"CodeActivated","client":8,"code":39,"account":31}');
INSERT INTO public.event VALUES (141, '2026-11-29 13:24:48.965194+00', 'AccountSuspended', 8, 2, 'grace', '{"type":"AccountSuspended","client":8,"account":31}');
INSERT INTO public.event VALUES (142, '2026-11-29 13:24:48.965909+00', 'CodeGenerated', 8, 8, 'mia.lee', '{"type":"CodeGenerated","client":8,"code":40}');
INSERT INTO public.event VALUES (143, '2026-11-29 13:24:48.966882+00', 'CodeActivated', 8, 1, 'ada', '{"type":"CodeActivated","client":8,"code":40,"account":32}');
INSERT INTO public.event VALUES (144, '2026-11-29 13:24:48.968275+00', 'AccountSuspended', 8, 2, 'grace', '{"type":"AccountSuspended","client":8,"account":32}');
INSERT INTO public.event VALUES (145, '2026-11-29 13:24:48.969232+00', 'AccountRestored', 8, 1, 'ada', '{"type":"AccountRestored","client":8,"account":32}');
INSERT INTO public.event VALUES (146, '2026-11-29 13:24:48.969925+00', 'CodeGenerated', 9, 9, 'mia-lee', '{"type":"CodeGenerated","client":9,"code":41}');
INSERT INTO public.event VALUES (147, '2026-11-29 13:24:48.97084+00', 'CodeActivated', 9, 1, 'ada', '{"type":"CodeActivated","client":9,"code":41,"account":33}');
INSERT INTO public.event VALUES (148, '2026-11-29 13:24:48.972544+00', 'AccountExtended', 9, 1, 'ada', '{"type":"AccountExtended","client":9,"account":33,"days":45}');
INSERT INTO public.event VALUES (149, '2026-11-29 13:24:48.973241+00', 'CodeGenerated', 9, 9, 'mia-lee', '{"type":"CodeGenerated","client":9,"code":42}');
INSERT INTO public.event VALUES (150, '2026-11-29 13:24:48.974194+00', 'CodeActivated', 9, 1, 'ada', '{"type":"CodeActivated","client":9,"code":42,"account":34}');
INSERT INTO public.event VALUES (151, '2026-11-29 13:24:48.97583+00', 'AccountCreated', 9, 2, 'grace', '{"type":"AccountCreated","client":9,"account":35}');
INSERT INTO public.event VALUES (152, '2026-11-29 13:24:48.976549+00', 'CodeGenerated', 12, 12, 'ivan.petrov', '{"type":"CodeGenerated","client":12,"code":43}');
INSERT INTO public.event VALUES (153, '2026-11-29 13:24:48.977452+00', 'CodeActivated', 12, 1, 'ada', '{"type":"CodeActivated","client":12,"code":43,"account":36}');
INSERT INTO public.event VALUES (154, '2026-11-29 13:24:48.979285+00', 'PersonSuspended', NULL, NULL, 'system', '{"type":"PersonSuspended","client":null,"person":12,"session":null}');
INSERT INTO public.event VALUES (155, '2026-11-29 13:24:48.980071+00', 'CodeGenerated', 8, 8, 'mia.lee', '{"type":"CodeGenerated","client":8,"code":44}');
INSERT INTO public.event VALUES (156, '2026-11-29 13:24:48.981108+00', 'CodeActivated', 8, 1, 'ada', '{"type":"CodeActivated","client":8,"code":44,"account":37}');
INSERT INTO public.event VALUES (157, '2026-11-29 13:24:48.98335+00', 'ExtensionRequested', 8, 8, 'mia.lee', '{"type":"ExtensionRequested","client":8,"request":16,"account":37}');
INSERT INTO public.event VALUES (158, '2026-11-29 13:24:48.984135+00', 'CodeGenerated', 8, 8, 'mia.lee', '{"type":"CodeGenerated","client":8,"code":45}');
INSERT INTO public.event VALUES (159, '2026-11-29 13:24:48.985285+00', 'CodeActivated', 8, 1, 'ada', '{"type":"CodeActivated","client":8,"code":45,"account":38}');
INSERT INTO public.event VALUES (160, '2026-11-29 13:24:48.987574+00', 'ExtensionRequested', 8, 8, 'mia.lee', '{"type":"ExtensionRequested","client":8,"request":17,"account":38}');
INSERT INTO public.event VALUES (161, '2026-11-29 13:24:48.989291+00', 'ExtensionWithdrawn', 8, 8, 'mia.lee', '{"type":"ExtensionWithdrawn","client":8,"request":17,"account":38}');
INSERT INTO public.event VALUES (162, '2026-11-29 13:24:48.990594+00', 'CodeGenerated', 8, 8, 'mia.lee', '{"type":"CodeGenerated","client":8,"code":46}');
INSERT INTO public.event VALUES (163, '2026-11-29 13:24:48.992139+00', 'CodeActivated', 8, 1, 'ada', '{"type":"CodeActivated","client":8,"code":46,"account":39}');
INSERT INTO public.event VALUES (164, '2026-11-29 13:24:48.994351+00', 'ExtensionRequested', 8, 8, 'mia.lee', '{"type":"ExtensionRequested","client":8,"request":18,"account":39}');
INSERT INTO public.event VALUES (165, '2026-11-29 13:24:48.996495+00', 'ExtensionApproved', 8, 1, 'ada', '{"type":"ExtensionApproved","client":8,"request":18,"account":39}');
INSERT INTO public.event VALUES (166, '2026-11-29 13:24:48.997568+00', 'CodeGenerated', 8, 8, 'mia.lee', '{"type":"CodeGenerated","client":8,"code":47}');
INSERT INTO public.event VALUES (167, '2026-11-29 13:24:48.99883+00', 'CodeActivated', 8, 1, 'ada', '{"type":"CodeActivated","client":8,"code":47,"account":40}');
INSERT INTO public.event VALUES (168, '2026-11-29 13:24:49.000967+00', 'ExtensionRequested', 8, 8, 'mia.lee', '{"type":"ExtensionRequested","client":8,"request":19,"account":40}');
INSERT INTO public.event VALUES (169, '2026-11-29 13:24:49.002307+00', 'ExtensionRejected', 8, 2, 'grace', '{"type":"ExtensionRejected","client":8,"request":19,"account":40}');
INSERT INTO public.event VALUES (170, '2026-11-29 13:24:49.00294+00', 'BroadcastSent', NULL, 2, 'grace', '{"type":"BroadcastSent","client":null,"message":"A broadcast of level success: it''s {braces} & <i>signs</i>.","level":"success"}');
INSERT INTO public.event VALUES (171, '2026-11-29 13:24:49.003554+00', 'BroadcastSent', NULL, 2, 'grace', '{"type":"BroadcastSent","client":null,"message":"A broadcast of level warning: it''s {braces} & <i>signs</i>.","level":"warning"}');
INSERT INTO public.event VALUES (172, '2026-11-29 13:24:49.004268+00', 'BroadcastSent', NULL, 2, 'grace', '{"type":"BroadcastSent","client":null,"message":"A broadcast of level error: it''s {braces} & <i>signs</i>.","level":"error"}');
INSERT INTO public.event VALUES (173, '2026-11-29 13:24:49.00958+00', 'SessionEnded', NULL, 4, 'eve', '{"type":"SessionEnded","client":null,"person":4,"session":2}');

INSERT INTO public.extension_request VALUES (1, 1, 3, 'bob', 'K7YE89QN32RZ38CHCVXS2J28X', 'mt4', '20418300', 30, 'The robot runs well, please go on.', 'approved', '', 'ada', '2026-11-28 09:56:48.298829+00', '2026-11-28 09:16:48.29535+00', 2);
INSERT INTO public.extension_request VALUES (2, 10, 3, 'bob', '154YBG2HJB89Y0WFSVYPS01KD', 'mt5', '20497490', 90, '', 'rejected', 'The last invoice is still open; we extend as soon as it is paid.', 'grace', '2026-11-28 10:36:48.304262+00', '2026-11-28 09:56:48.302339+00', 2);
INSERT INTO public.extension_request VALUES (3, 14, 3, 'bob', 'ZH0HR3NTFXJA9QD0EQ727WTMK', 'mt4', '20537085', 180, 'As agreed by mail.', 'pending', '', NULL, NULL, '2026-11-28 10:36:48.306111+00', 1);
INSERT INTO public.extension_request VALUES (4, 2, 4, 'eve', 'N60CFW49FA7XZS65CD3N7318G', 'mt5', '20426219', 30, 'The robot runs well, please go on.', 'pending', '', NULL, NULL, '2026-11-28 13:16:48.30901+00', 1);
INSERT INTO public.extension_request VALUES (5, 6, 4, 'eve', '73C63E4257BY27HXF8XHGHJPC', 'mt4', '20465814', 90, '', 'rejected', 'The last invoice is still open; we extend as soon as it is paid.', 'grace', '2026-11-28 14:36:48.312596+00', '2026-11-28 13:56:48.310774+00', 2);
INSERT INTO public.extension_request VALUES (6, 15, 4, 'eve', 'J72F7X05MVEYTTAKMERS7PWAZ', 'mt5', '20545004', 180, 'As agreed by mail.', 'pending', '', NULL, NULL, '2026-11-28 14:36:48.31442+00', 1);
INSERT INTO public.extension_request VALUES (7, 3, 5, 'mia.tanaka', 'Y81JCA154Y9J95CKAJCHQJ8G9', 'mt5', '20434138', 30, 'The robot runs well, please go on.', 'pending', '', NULL, NULL, '2026-11-28 17:16:48.317292+00', 1);
INSERT INTO public.extension_request VALUES (8, 7, 5, 'mia.tanaka', 'SJ2T09W0DM20XWWKBVDE20NAP', 'mt5', '20473733', 90, '', 'rejected', 'The last invoice is still open; we extend as soon as it is paid.', 'grace', '2026-11-28 18:36:48.320676+00', '2026-11-28 17:56:48.319003+00', 2);
INSERT INTO public.extension_request VALUES (9, 12, 5, 'mia.tanaka', 'XKB12WXM53AAHXGG8CFSEE7KE', 'mt4', '20513328', 180, 'As agreed by mail.', 'pending', '', NULL, NULL, '2026-11-28 18:36:48.322462+00', 1);
INSERT INTO public.extension_request VALUES (10, 4, 6, 'tom-okafor', '2NEKD682QP8V5TCN6RVRRKCNC', 'mt4', '20442057', 30, 'The robot runs well, please go on.', 'approved', '', 'ada', '2026-11-28 21:56:48.326947+00', '2026-11-28 21:16:48.325274+00', 2);
INSERT INTO public.extension_request VALUES (11, 8, 6, 'tom-okafor', 'EPBMGJW5A7PA5E7TVTJY7XC0A', 'mt5', '20481652', 90, '', 'rejected', 'The last invoice is still open; we extend as soon as it is paid.', 'grace', '2026-11-28 22:36:48.331171+00', '2026-11-28 21:56:48.32951+00', 2);
INSERT INTO public.extension_request VALUES (12, 17, 6, 'tom-okafor', 'YD8GWB4BNZV6JWZA4DB1R3W5B', 'mt4', '20560842', 180, 'As agreed by mail.', 'pending', '', NULL, NULL, '2026-11-28 22:36:48.332931+00', 1);
INSERT INTO public.extension_request VALUES (13, 9, 7, 'zoe.lind', 'PWMCX4W2NFKK9S81HFEJS5PWS', 'mt4', '20489571', 30, 'The robot runs well, please go on.', 'pending', '', NULL, NULL, '2026-11-29 01:16:48.335759+00', 1);
INSERT INTO public.extension_request VALUES (14, 13, 7, 'zoe.lind', 'E39M4WA4T2SB3K0Q30AGRX1CB', 'mt5', '20529166', 90, '', 'rejected', 'The last invoice is still open; we extend as soon as it is paid.', 'grace', '2026-11-29 02:36:48.339167+00', '2026-11-29 01:56:48.337448+00', 2);
INSERT INTO public.extension_request VALUES (15, 18, 7, 'zoe.lind', 'MNMVAPYDQ5M1XMKRPTVAD6W79', 'mt5', '20568761', 180, 'As agreed by mail.', 'pending', '', NULL, NULL, '2026-11-29 02:36:48.340839+00', 1);
INSERT INTO public.extension_request VALUES (16, 37, 8, 'mia.lee', '8Y9RFZCHSCQH7GBPWX6BPZA07', 'mt5', '74000001', 90, 'ขอบคุณ — it''s <b>fine</b>, isn''t it? 100 %
Second line; {braces} \ $1', 'pending', '', NULL, NULL, '2026-11-29 13:24:48.9821+00', 1);
INSERT INTO public.extension_request VALUES (17, 38, 8, 'mia.lee', 'JGZ9593GK3V13B2N03RVQ67G5', 'mt5', '74000002', 90, 'ขอบคุณ — it''s <b>fine</b>, isn''t it? 100 %
Second line; {braces} \ $1', 'withdrawn', '', 'mia.lee', '2026-11-29 13:24:48.988307+00', '2026-11-29 13:24:48.98677+00', 2);
INSERT INTO public.extension_request VALUES (18, 39, 8, 'mia.lee', '6SNSZ0WX9CQTNSB1A3Z43ZGC6', 'mt5', '74000003', 90, 'ขอบคุณ — it''s <b>fine</b>, isn''t it? 100 %
Second line; {braces} \ $1', 'approved', '', 'ada', '2026-11-29 13:24:48.995169+00', '2026-11-29 13:24:48.993472+00', 2);
INSERT INTO public.extension_request VALUES (19, 40, 8, 'mia.lee', 'WDQ95E0Q65A04217F0F3DXX79', 'mt5', '74000004', 90, 'ขอบคุณ — it''s <b>fine</b>, isn''t it? 100 %
Second line; {braces} \ $1', 'rejected', 'It''s 50 % paid:
the rest by "Friday"; \o/', 'grace', '2026-11-29 13:24:49.001652+00', '2026-11-29 13:24:49.000176+00', 2);

INSERT INTO public.migration VALUES (1, '2026-11-22T22:40:00:000000', 'desk', '2026-11-29 13:24:47.46886');

INSERT INTO public.person VALUES (3, 'bob', 'bob@example.com', '$argon2id$v=19$m=19456,t=2,p=1$ocS9ISSmn/gnMkbhEBXbtw$coa5HmPo31K6QX/wbGo/4/Fd+tZFbWy8h8zqi1GNi7g', 'client', true, 2, '2026-11-29 13:24:47.933935+00');
INSERT INTO public.person VALUES (4, 'eve', 'eve@example.com', '$argon2id$v=19$m=19456,t=2,p=1$WhxePEQtIL2H/sln7eazJA$sD9qtqMEuQbjKnJe5ceQLiQmBG2JLRLdagSQqFtp82s', 'client', true, 3, '2026-11-29 13:24:47.956279+00');
INSERT INTO public.person VALUES (5, 'mia.tanaka', 'mia.tanaka@example.com', '$argon2id$v=19$m=19456,t=2,p=1$9xQzlsHU10t8aulnru03mg$wKz7sDKnHRsrUA4l4ns5dBtX5X138EHVw8CDY2qBfto', 'client', true, 4, '2026-11-29 13:24:47.979559+00');
INSERT INTO public.person VALUES (6, 'tom-okafor', 'tom-okafor@example.com', '$argon2id$v=19$m=19456,t=2,p=1$ZrY8H+SHdrfYB9wgn4ziNQ$0zJhf7pGoqm/m5bcnlUgPy6638TvfVqFNC4vUjV+q+I', 'client', true, 5, '2026-11-29 13:24:48.002399+00');
INSERT INTO public.person VALUES (7, 'zoe.lind', 'zoe.lind@example.com', '$argon2id$v=19$m=19456,t=2,p=1$1aBTlP2krXyV97Wu4tmCgQ$wUxiDbgkkORlNxW/76PdCh1fdJRFQSSRZr5/zqcwS4I', 'client', true, 6, '2026-11-29 13:24:48.025212+00');
INSERT INTO public.person VALUES (1, 'ada', 'ada@example.com', '$argon2id$v=19$m=19456,t=2,p=1$hKol7DeqtpndSNoih9Pekw$1+A3jZPW8nFlMf5m5Lo6ML1Ekdehk3L8sJLscua3OJ8', 'admin', true, 106, '2026-11-29 13:24:47.868976+00');
INSERT INTO public.person VALUES (2, 'grace', 'grace@example.com', '$argon2id$v=19$m=19456,t=2,p=1$G0VdDpoCRvyZsCTlee93bw$ziIzfr+2mX9pteMoVYoJvvScVPLuzEja9tIYpq4/IaU', 'admin', true, 101, '2026-11-29 13:24:47.910894+00');
INSERT INTO public.person VALUES (8, 'mia.lee', 'mia.lee@example.com', '$argon2id$v=19$m=19456,t=2,p=1$Byq/c2LKjsMJ0PxifzhqXg$+PHEoqxGliq31ZxjVNGmOeDiuHKAneN5DUDDgQQgeHQ', 'client', true, 113, '2026-11-29 13:24:48.815373+00');
INSERT INTO public.person VALUES (9, 'mia-lee', 'o''lee+desk@example.com', '$argon2id$v=19$m=19456,t=2,p=1$fS4x+cx2AJHqSGh8HK8hGQ$UD6r6GCLtAnlNrVI11a9hGjH9fA/N39blgjMEzqClYQ', 'client', true, 114, '2026-11-29 13:24:48.846865+00');
INSERT INTO public.person VALUES (10, 'support', 'support@example.com', '$argon2id$v=19$m=19456,t=2,p=1$LZtbkW5ZduwljKyrson+xA$MzE4qs/LOqIwAnDnxrdXa8tTrHnoCk4Ow753O91deyY', 'admin', true, 115, '2026-11-29 13:24:48.868949+00');
INSERT INTO public.person VALUES (11, 'max.', 'max@example.com', '$argon2id$v=19$m=19456,t=2,p=1$PW3fmmS0F2RQ3mHvOfBKCA$8g7pJGci5xoJEvbXt8PjOGRciOuUMPLNuOCyVDfYL3Y', 'client', true, 116, '2026-11-29 13:24:48.890327+00');
INSERT INTO public.person VALUES (12, 'ivan.petrov', 'ivan@example.com', '$argon2id$v=19$m=19456,t=2,p=1$WFocKeT7QtLTRf/dVhGEzw$TNmUtt3EZZnWHSXW2x7rhFyYXRCeWfhPYghNfb4lWDs', 'client', false, 117, '2026-11-29 13:24:48.911693+00');

INSERT INTO public.session VALUES (1, 1, 'adba35342ef9cdc980b50c2161819d2da4a8c001008e249e03fa23387620bc62', '2026-11-29 13:24:49.005408+00', '2026-11-29 13:24:49.005408+00', '192.0.2.10', 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0');
INSERT INTO public.session VALUES (3, 9, '0c4264c037d061b0d40525952aa352702828c23be0470015402eb4d28ed4951c', '2026-11-29 13:24:49.010197+00', '2026-11-29 13:24:49.010197+00', '192.0.2.10', 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0');

INSERT INTO public.sign_in_failure VALUES (1, '2026-11-29 13:24:49.035041+00', 'bob', '192.0.2.11');
INSERT INTO public.sign_in_failure VALUES (2, '2026-11-29 13:24:49.076401+00', 'nobody', '192.0.2.11');

INSERT INTO public.trading_code VALUES (1, 'K7YE89QN32RZ38CHCVXS2J28X', 3, 'bob', 'mt4', '20418300', '30', 'activated', NULL, '2026-10-29 11:24:48.026402+00', '2026-10-29 18:47:48.029454+00', 'grace', 2);
INSERT INTO public.trading_code VALUES (2, 'N60CFW49FA7XZS65CD3N7318G', 4, 'eve', 'mt5', '20426219', '90', 'activated', NULL, '2026-10-30 07:58:48.036481+00', '2026-10-30 15:21:48.037852+00', 'ada', 2);
INSERT INTO public.trading_code VALUES (4, '2NEKD682QP8V5TCN6RVRRKCNC', 6, 'tom-okafor', 'mt4', '20442057', '365', 'activated', NULL, '2026-11-01 01:06:48.047348+00', '2026-11-01 08:29:48.048603+00', 'ada', 2);
INSERT INTO public.trading_code VALUES (7, '73C63E4257BY27HXF8XHGHJPC', 4, 'eve', 'mt4', '20465814', '30', 'activated', NULL, '2026-11-03 14:48:48.062044+00', '2026-11-03 22:11:48.063478+00', 'grace', 2);
INSERT INTO public.trading_code VALUES (9, 'EPBMGJW5A7PA5E7TVTJY7XC0A', 6, 'tom-okafor', 'mt5', '20481652', '7', 'activated', NULL, '2026-11-05 07:56:48.0727+00', '2026-11-05 15:19:48.074214+00', 'grace', 2);
INSERT INTO public.trading_code VALUES (10, 'PWMCX4W2NFKK9S81HFEJS5PWS', 7, 'zoe.lind', 'mt4', '20489571', '365', 'activated', NULL, '2026-11-06 04:30:48.078289+00', '2026-11-06 11:53:48.079763+00', 'ada', 2);
INSERT INTO public.trading_code VALUES (11, '154YBG2HJB89Y0WFSVYPS01KD', 3, 'bob', 'mt5', '20497490', '180', 'activated', NULL, '2026-11-07 01:04:48.085253+00', '2026-11-07 08:27:48.086633+00', 'grace', 2);
INSERT INTO public.trading_code VALUES (12, 'RSPS2C4VVA76MYCWJK6R5NSNV', 4, 'eve', 'mt5', '20505409', 'lifetime', 'activated', NULL, '2026-11-07 21:38:48.092615+00', '2026-11-08 05:01:48.094239+00', 'ada', 2);
INSERT INTO public.trading_code VALUES (6, '5ENZQHTJ8CSFCX44R7WRNY4SC', 3, 'bob', 'mt5', '20457895', 'lifetime', 'expired', NULL, '2026-11-02 18:14:48.05805+00', '2026-11-10 11:20:48.109698+00', 'system', 2);
INSERT INTO public.trading_code VALUES (15, 'E39M4WA4T2SB3K0Q30AGRX1CB', 7, 'zoe.lind', 'mt5', '20529166', '7', 'activated', NULL, '2026-11-10 11:20:48.110736+00', '2026-11-10 18:43:48.112163+00', 'grace', 2);
INSERT INTO public.trading_code VALUES (16, 'ZH0HR3NTFXJA9QD0EQ727WTMK', 3, 'bob', 'mt4', '20537085', '365', 'activated', NULL, '2026-11-11 07:54:48.11578+00', '2026-11-11 15:17:48.117289+00', 'ada', 2);
INSERT INTO public.trading_code VALUES (17, 'J72F7X05MVEYTTAKMERS7PWAZ', 4, 'eve', 'mt5', '20545004', '180', 'activated', NULL, '2026-11-12 04:28:48.122653+00', '2026-11-12 11:51:48.123956+00', 'grace', 2);
INSERT INTO public.trading_code VALUES (19, 'YD8GWB4BNZV6JWZA4DB1R3W5B', 6, 'tom-okafor', 'mt4', '20560842', '30', 'activated', NULL, '2026-11-13 21:36:48.134504+00', '2026-11-14 04:59:48.135954+00', 'grace', 2);
INSERT INTO public.trading_code VALUES (20, 'MNMVAPYDQ5M1XMKRPTVAD6W79', 7, 'zoe.lind', 'mt5', '20568761', '90', 'activated', NULL, '2026-11-14 18:10:48.140014+00', '2026-11-15 01:33:48.141361+00', 'ada', 2);
INSERT INTO public.trading_code VALUES (21, '2WBVP88X7H1CV13BXSN5ASSGV', 3, 'bob', 'mt5', '20576680', '7', 'activated', NULL, '2026-11-15 14:44:48.145334+00', '2026-11-15 22:07:48.146751+00', 'grace', 2);
INSERT INTO public.trading_code VALUES (14, '6932PW992X2DD8RKC9JZ9FM88', 6, 'tom-okafor', 'mt5', '20521247', '90', 'expired', NULL, '2026-11-09 14:46:48.105933+00', '2026-11-17 07:52:48.156412+00', 'system', 2);
INSERT INTO public.trading_code VALUES (24, 'X9322AEFHE0F569M0954FBQHW', 6, 'tom-okafor', 'mt5', '20600437', 'lifetime', 'activated', NULL, '2026-11-18 04:26:48.165+00', '2026-11-18 11:49:48.166397+00', 'ada', 2);
INSERT INTO public.trading_code VALUES (25, '50CB71YZXAG1XSJHVN6TT8VG4', 7, 'zoe.lind', 'mt4', '20608356', '30', 'activated', NULL, '2026-11-19 01:00:48.170432+00', '2026-11-19 08:23:48.171824+00', 'grace', 2);
INSERT INTO public.trading_code VALUES (26, 'FBAX7W276FVW9X9NWH6D17BQE', 3, 'bob', 'mt5', '20616275', '90', 'activated', NULL, '2026-11-19 21:34:48.175672+00', '2026-11-20 04:57:48.177226+00', 'ada', 2);
INSERT INTO public.trading_code VALUES (27, 'XE9XM6TX2SWGVY2E8H1JPM3TY', 4, 'eve', 'mt5', '20624194', '7', 'activated', NULL, '2026-11-20 18:08:48.181117+00', '2026-11-21 01:31:48.182365+00', 'grace', 2);
INSERT INTO public.trading_code VALUES (3, 'Y81JCA154Y9J95CKAJCHQJ8G9', 5, 'mia.tanaka', 'mt5', '20434138', '7', 'completed', NULL, '2026-10-31 04:32:48.04177+00', '2026-11-22 21:16:48.200621+00', 'grace', 3);
INSERT INTO public.trading_code VALUES (5, 'AYH73DJGR1SART653NVSPT77A', 7, 'zoe.lind', 'mt5', '20449976', '180', 'cancelled', NULL, '2026-11-01 21:40:48.052389+00', '2026-11-23 07:16:48.208698+00', 'ada', 3);
INSERT INTO public.trading_code VALUES (22, '5KE69M7W8NWCK8DXENK1XYBRJ', 4, 'eve', 'mt4', '20584599', '365', 'expired', NULL, '2026-11-16 11:18:48.150709+00', '2026-11-23 12:16:48.230579+00', 'system', 2);
INSERT INTO public.trading_code VALUES (8, 'SJ2T09W0DM20XWWKBVDE20NAP', 5, 'mia.tanaka', 'mt5', '20473733', '90', 'completed', NULL, '2026-11-04 11:22:48.067129+00', '2026-11-23 22:16:48.236486+00', 'grace', 3);
INSERT INTO public.trading_code VALUES (13, 'XKB12WXM53AAHXGG8CFSEE7KE', 5, 'mia.tanaka', 'mt4', '20513328', '30', 'completed', NULL, '2026-11-08 18:12:48.098292+00', '2026-11-24 23:16:48.248936+00', 'grace', 3);
INSERT INTO public.trading_code VALUES (18, '9RXQZV38ZEPPQ5DDX54GG85W1', 5, 'mia.tanaka', 'mt5', '20552923', 'lifetime', 'completed', NULL, '2026-11-13 01:02:48.129382+00', '2026-11-26 00:16:48.26142+00', 'grace', 3);
INSERT INTO public.trading_code VALUES (23, 'D800MK7X2E1T9GQJQBA27J77G', 5, 'mia.tanaka', 'mt5', '20592518', '180', 'completed', NULL, '2026-11-17 07:52:48.157504+00', '2026-11-27 01:16:48.274946+00', 'grace', 3);
INSERT INTO public.trading_code VALUES (28, 'TXESWJW7CFA7NJGH44B28KTCM', 5, 'mia.tanaka', 'mt4', '20632113', '365', 'completed', NULL, '2026-11-21 14:42:48.186275+00', '2026-11-28 02:16:48.29064+00', 'grace', 3);
INSERT INTO public.trading_code VALUES (29, '7N988ED1HBFXX4KJ99WJVG30S', 3, 'bob', 'mt5', '31550021', '30', 'pending', NULL, '2026-11-29 06:16:48.342314+00', '2026-11-29 06:16:48.342314+00', 'bob', 1);
INSERT INTO public.trading_code VALUES (30, '6JDBZNMVF38X3CFX11WWFYACT', 5, 'mia.tanaka', 'mt5', '31550034', '90', 'pending', NULL, '2026-11-29 09:16:48.34358+00', '2026-11-29 09:16:48.34358+00', 'mia.tanaka', 1);
INSERT INTO public.trading_code VALUES (31, '2YXKSC9QVR2513C4TADD1R1T4', 7, 'zoe.lind', 'mt5', '31550047', '7', 'pending', NULL, '2026-11-29 12:16:48.344842+00', '2026-11-29 12:16:48.344842+00', 'zoe.lind', 1);
INSERT INTO public.trading_code VALUES (32, 'NCK967YYMRQK0ZJ0ADNPKSYC9', 8, 'mia.lee', 'mt5', '71000001', '7', 'activated', NULL, '2026-11-09 13:24:48.937495+00', '2026-11-09 13:24:48.939259+00', 'ada', 2);
INSERT INTO public.trading_code VALUES (33, 'D1R6KETGF5MACXG0HRZJR9R7N', 8, 'mia.lee', 'mt5', '71000002', 'lifetime', 'expired', NULL, '2026-11-09 13:24:48.942282+00', '2026-11-19 01:24:48.948501+00', 'system', 2);
INSERT INTO public.trading_code VALUES (34, 'W63ANP7WFNN3GYE9TGP7HGVVT', 8, 'mia.lee', 'mt4', '72000001', '90', 'pending', '6f1c2d', '2026-11-29 13:24:48.949659+00', '2026-11-29 13:24:48.949659+00', 'mia.lee', 1);
INSERT INTO public.trading_code VALUES (35, 'KDK10P00S7ZKFARM71RPXV1B7', 8, 'mia.lee', 'mt5', '72000002', '30', 'cancelled', NULL, '2026-11-29 13:24:48.950528+00', '2026-11-29 13:24:48.951365+00', 'ada', 2);
INSERT INTO public.trading_code VALUES (36, 'AW982T1HDWXDD6974PZYCPQ1X', 9, 'mia-lee', 'mt5', '72000003', '180', 'completed', NULL, '2026-11-29 13:24:48.952752+00', '2026-11-29 13:24:48.954727+00', 'ada', 3);
INSERT INTO public.trading_code VALUES (37, '1414XNCQVGK3XBGX1Q90BAA4E', 9, 'mia-lee', 'mt5', '72000004', '180', 'cancelled', NULL, '2026-11-29 13:24:48.955416+00', '2026-11-29 13:24:48.957363+00', 'ada', 3);
INSERT INTO public.trading_code VALUES (38, 'MDDR0N1EDJ7R8SKJKBV8JKTBJ', 9, 'mia-lee', 'mt5', '72000005', '180', 'expired', NULL, '2026-11-29 13:24:48.958972+00', '2026-11-29 13:24:48.960849+00', 'ada', 3);
INSERT INTO public.trading_code VALUES (39, '6B6STBAD97JFJFENDXNB2GCPR', 8, 'mia.lee', 'mt5', '73000001', '365', 'activated', NULL, '2026-11-29 13:24:48.962512+00', '2026-11-29 13:24:48.963291+00', 'ada', 2);
INSERT INTO public.trading_code VALUES (40, 'K4XPNMJYDYYMMGFNK6MYN2RK6', 8, 'mia.lee', 'mt5', '73000002', '365', 'activated', NULL, '2026-11-29 13:24:48.96559+00', '2026-11-29 13:24:48.966394+00', 'ada', 2);
INSERT INTO public.trading_code VALUES (41, 'F40FXYX3D1E5ZW5XETVAFZGZ0', 9, 'mia-lee', 'mt5', '73000003', '30', 'activated', NULL, '2026-11-29 13:24:48.969626+00', '2026-11-29 13:24:48.970407+00', 'ada', 2);
INSERT INTO public.trading_code VALUES (42, 'TYNN9TJ6C6C9XV25TRK235AE2', 9, 'mia-lee', 'mt5', '123456789012', 'lifetime', 'activated', NULL, '2026-11-29 13:24:48.972949+00', '2026-11-29 13:24:48.973722+00', 'ada', 2);
INSERT INTO public.trading_code VALUES (43, 'MB5Q0RNYJBXXY88TZJF8A70HP', 12, 'ivan.petrov', 'mt5', '73000004', '30', 'activated', NULL, '2026-11-29 13:24:48.976272+00', '2026-11-29 13:24:48.97702+00', 'ada', 2);
INSERT INTO public.trading_code VALUES (44, '8Y9RFZCHSCQH7GBPWX6BPZA07', 8, 'mia.lee', 'mt5', '74000001', '30', 'activated', NULL, '2026-11-29 13:24:48.979691+00', '2026-11-29 13:24:48.98066+00', 'ada', 2);
INSERT INTO public.trading_code VALUES (45, 'JGZ9593GK3V13B2N03RVQ67G5', 8, 'mia.lee', 'mt5', '74000002', '30', 'activated', NULL, '2026-11-29 13:24:48.983758+00', '2026-11-29 13:24:48.98465+00', 'ada', 2);
INSERT INTO public.trading_code VALUES (46, '6SNSZ0WX9CQTNSB1A3Z43ZGC6', 8, 'mia.lee', 'mt5', '74000003', '30', 'activated', NULL, '2026-11-29 13:24:48.990061+00', '2026-11-29 13:24:48.991473+00', 'ada', 2);
INSERT INTO public.trading_code VALUES (47, 'WDQ95E0Q65A04217F0F3DXX79', 8, 'mia.lee', 'mt5', '74000004', '30', 'activated', NULL, '2026-11-29 13:24:48.997117+00', '2026-11-29 13:24:48.998279+00', 'ada', 2);

SELECT pg_catalog.setval('public.customer_account_id_seq', 40, true);

SELECT pg_catalog.setval('public.day_id_seq', 1, false);

SELECT pg_catalog.setval('public.event_id_seq', 173, true);

SELECT pg_catalog.setval('public.extension_request_id_seq', 19, true);

SELECT pg_catalog.setval('public.migration_id_seq', 1, true);

SELECT pg_catalog.setval('public.person_id_seq', 12, true);

SELECT pg_catalog.setval('public.session_id_seq', 3, true);

SELECT pg_catalog.setval('public.sign_in_failure_id_seq', 2, true);

SELECT pg_catalog.setval('public.trading_code_id_seq', 47, true);

ALTER TABLE ONLY public.customer_account
    ADD CONSTRAINT customer_account_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.day
    ADD CONSTRAINT day_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.event
    ADD CONSTRAINT event_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.extension_request
    ADD CONSTRAINT extension_request_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.migration
    ADD CONSTRAINT migration_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.person
    ADD CONSTRAINT person_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_token_hash_key UNIQUE (token_hash);

ALTER TABLE ONLY public.sign_in_failure
    ADD CONSTRAINT sign_in_failure_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.trading_code
    ADD CONSTRAINT trading_code_pkey PRIMARY KEY (id);

CREATE INDEX customer_account_account_number_start ON public.customer_account USING btree (account_number varchar_pattern_ops, id);

CREATE INDEX customer_account_due ON public.customer_account USING btree (expires_at) WHERE ((status)::text = 'valid'::text);

CREATE UNIQUE INDEX customer_account_licence ON public.customer_account USING btree (licence);

CREATE INDEX customer_account_licence_start ON public.customer_account USING btree (licence varchar_pattern_ops, id);

CREATE INDEX customer_account_owner ON public.customer_account USING btree (owner, id);

CREATE INDEX customer_account_owner_name_start ON public.customer_account USING btree (owner_name varchar_pattern_ops, id);

CREATE INDEX customer_account_status ON public.customer_account USING btree (status, id);

CREATE INDEX event_actor_name_start ON public.event USING btree (actor_name varchar_pattern_ops, id);

CREATE INDEX event_client ON public.event USING btree (client, id);

CREATE INDEX event_kind ON public.event USING btree (kind, id);

CREATE INDEX extension_request_account_number_start ON public.extension_request USING btree (account_number varchar_pattern_ops, id);

CREATE INDEX extension_request_licence_start ON public.extension_request USING btree (licence varchar_pattern_ops, id);

CREATE UNIQUE INDEX extension_request_one_pending ON public.extension_request USING btree (account) WHERE ((status)::text = 'pending'::text);

CREATE INDEX extension_request_owner ON public.extension_request USING btree (owner, id);

CREATE INDEX extension_request_owner_name_start ON public.extension_request USING btree (owner_name varchar_pattern_ops, id);

CREATE INDEX extension_request_status ON public.extension_request USING btree (status, id);

CREATE UNIQUE INDEX person_username ON public.person USING btree (username);

CREATE INDEX session_person ON public.session USING btree (person);

CREATE INDEX session_token_hash ON public.session USING btree (token_hash);

CREATE INDEX sign_in_failure_at ON public.sign_in_failure USING btree (at);

CREATE INDEX trading_code_account_number_start ON public.trading_code USING btree (account_number varchar_pattern_ops, id);

CREATE UNIQUE INDEX trading_code_code ON public.trading_code USING btree (code);

CREATE INDEX trading_code_code_start ON public.trading_code USING btree (code varchar_pattern_ops, id);

CREATE INDEX trading_code_owner ON public.trading_code USING btree (owner, id);

CREATE INDEX trading_code_owner_name_start ON public.trading_code USING btree (owner_name varchar_pattern_ops, id);

CREATE UNIQUE INDEX trading_code_request ON public.trading_code USING btree (owner, request_key) WHERE (request_key IS NOT NULL);

CREATE INDEX trading_code_status ON public.trading_code USING btree (status, id);

CREATE INDEX trading_code_unused ON public.trading_code USING btree (created_at) WHERE ((status)::text = 'pending'::text);

ALTER TABLE ONLY public.customer_account
    ADD CONSTRAINT customer_account_owner_fkey FOREIGN KEY (owner) REFERENCES public.person(id) ON UPDATE CASCADE ON DELETE CASCADE;

ALTER TABLE ONLY public.extension_request
    ADD CONSTRAINT extension_request_account_fkey FOREIGN KEY (account) REFERENCES public.customer_account(id) ON UPDATE CASCADE ON DELETE CASCADE;

ALTER TABLE ONLY public.extension_request
    ADD CONSTRAINT extension_request_owner_fkey FOREIGN KEY (owner) REFERENCES public.person(id) ON UPDATE CASCADE ON DELETE CASCADE;

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_person_fkey FOREIGN KEY (person) REFERENCES public.person(id) ON UPDATE CASCADE ON DELETE CASCADE;

ALTER TABLE ONLY public.trading_code
    ADD CONSTRAINT trading_code_owner_fkey FOREIGN KEY (owner) REFERENCES public.person(id) ON UPDATE CASCADE ON DELETE CASCADE;
