# SPDX-License-Identifier: Apache-2.0
"""Entries of the participation register are never edited or deleted; ending one fills its last three columns once.

An ORI never becomes another one, and its key columns stay as entered, because submissions point at them.
"""

from __future__ import annotations

from django.db import migrations

FORWARD = """
CREATE FUNCTION agencies_keep_participation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'the participation register keeps every entry' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (OLD.id, OLD.county_id, OLD.originating_agency_id, OLD.purpose, OLD.legal_basis, OLD.citation,
        OLD.agreement_date, OLD.consent, OLD.starts_on)
       IS DISTINCT FROM
       (NEW.id, NEW.county_id, NEW.originating_agency_id, NEW.purpose, NEW.legal_basis, NEW.citation,
        NEW.agreement_date, NEW.consent, NEW.starts_on)
       OR OLD.ends_on IS NOT NULL OR NEW.ends_on IS NULL THEN
        RAISE EXCEPTION 'an entry of the participation register is ended once and never edited'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_participation BEFORE UPDATE OR DELETE ON agencies_participation
    FOR EACH ROW EXECUTE FUNCTION agencies_keep_participation();

CREATE FUNCTION agencies_keep_ori() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.id, OLD.ori, OLD.agency_id, OLD.county_id, OLD.purpose)
       IS DISTINCT FROM (NEW.id, NEW.ori, NEW.agency_id, NEW.county_id, NEW.purpose) THEN
        RAISE EXCEPTION 'an ORI keeps its agency, county and purpose; open another ORI instead'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_ori BEFORE UPDATE ON agencies_originatingagency
    FOR EACH ROW EXECUTE FUNCTION agencies_keep_ori();
"""

BACKWARD = """
DROP TRIGGER keep_ori ON agencies_originatingagency;
DROP FUNCTION agencies_keep_ori();
DROP TRIGGER keep_participation ON agencies_participation;
DROP FUNCTION agencies_keep_participation();
"""


class Migration(migrations.Migration):
    """Triggers, because neither a model nor a CHECK can see the row as it was."""

    dependencies = [("agencies", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
