# SPDX-License-Identifier: Apache-2.0
"""In the database: what was published stays as everybody read it (S24)."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION transparency_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'S24: what was published is never changed or deleted.' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER publication_stays BEFORE UPDATE OR DELETE ON transparency_publication
    FOR EACH ROW EXECUTE FUNCTION transparency_stays();
CREATE TRIGGER publications_stay BEFORE TRUNCATE ON transparency_publication
    FOR EACH STATEMENT EXECUTE FUNCTION transparency_stays();
CREATE TRIGGER published_file_stays BEFORE UPDATE OR DELETE ON transparency_publishedfile
    FOR EACH ROW EXECUTE FUNCTION transparency_stays();
CREATE TRIGGER published_files_stay BEFORE TRUNCATE ON transparency_publishedfile
    FOR EACH STATEMENT EXECUTE FUNCTION transparency_stays();
CREATE FUNCTION transparency_quarter_is_over() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.published_at AT TIME ZONE 'UTC'
        < make_timestamp(NEW.year, 1, 1, 0, 0, 0) + make_interval(months => 3 * NEW.quarter) THEN
        RAISE EXCEPTION 'S24: a quarter is published when it is over.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER quarter_is_over BEFORE INSERT ON transparency_publication
    FOR EACH ROW EXECUTE FUNCTION transparency_quarter_is_over();
CREATE FUNCTION transparency_file_has_its_digest() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.sha256 <> encode(sha256(NEW.content), 'hex') THEN
        RAISE EXCEPTION 'S24: a published file has another digest than its bytes.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER published_file_has_its_digest BEFORE INSERT ON transparency_publishedfile
    FOR EACH ROW EXECUTE FUNCTION transparency_file_has_its_digest();
"""
BACKWARD = """
DROP TRIGGER published_file_has_its_digest ON transparency_publishedfile;
DROP FUNCTION transparency_file_has_its_digest();
DROP TRIGGER quarter_is_over ON transparency_publication;
DROP FUNCTION transparency_quarter_is_over();
DROP TRIGGER published_files_stay ON transparency_publishedfile;
DROP TRIGGER published_file_stays ON transparency_publishedfile;
DROP TRIGGER publications_stay ON transparency_publication;
DROP TRIGGER publication_stays ON transparency_publication;
DROP FUNCTION transparency_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("transparency", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
