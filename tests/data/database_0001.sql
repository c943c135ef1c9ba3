-- A database as version 0.1.0 made it (revision 0001), with one person in it.
PRAGMA application_id = 1179403080;
BEGIN TRANSACTION;
CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL,
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE gallery_revision (
    id INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    CONSTRAINT pk_gallery_revision PRIMARY KEY (id),
    CONSTRAINT ck_gallery_revision_single_row CHECK (id = 1)
);
INSERT INTO "gallery_revision" VALUES(1,1);
CREATE TABLE people (
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    created_at DATETIME NOT NULL,
    updated_at DATETIME NOT NULL,
    CONSTRAINT pk_people PRIMARY KEY (id),
    CONSTRAINT ck_people_name_not_empty CHECK (length(name) > 0),
    CONSTRAINT ck_people_name_key_not_empty CHECK (length(name_key) > 0),
    CONSTRAINT uq_people_name_key UNIQUE (name_key)
);
INSERT INTO "people" VALUES('347dc2a6db564c298c3a4ff0db3d2e63','Ada','ada','2026-01-01 00:00:01.000000','2026-01-01 00:00:01.000000');
CREATE TABLE templates (
    id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    model TEXT NOT NULL,
    model_sha256 TEXT NOT NULL,
    vector BLOB NOT NULL,
    quality DOUBLE NOT NULL,
    source TEXT NOT NULL,
    created_at DATETIME NOT NULL,
    CONSTRAINT pk_templates PRIMARY KEY (id),
    CONSTRAINT ck_templates_model_not_empty CHECK (length(model) > 0),
    CONSTRAINT ck_templates_model_sha256_not_empty CHECK (length(model_sha256) > 0),
    CONSTRAINT ck_templates_vector_of_float32 CHECK (length(vector) > 0 AND length(vector) % 4 = 0),
    CONSTRAINT ck_templates_quality_in_range CHECK (quality BETWEEN 0 AND 1),
    CONSTRAINT fk_templates_person_id_people FOREIGN KEY(person_id) REFERENCES people (id) ON DELETE CASCADE
);
INSERT INTO "templates" VALUES('5584d02fc038401a923735c619e6b4bc','347dc2a6db564c298c3a4ff0db3d2e63','mobilefacenet','abababababababababababababababababababababababababababababababab',X'61B82B3E5F21CC3E9331243E5AE221BF58EFE03E84CD5D3ED56785BEDA60903E',0.75,'1.jpg','2026-01-01 00:00:02.000000');
CREATE INDEX ix_templates_person_id ON templates (person_id);
COMMIT;
