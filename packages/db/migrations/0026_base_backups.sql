-- How base backups of the server's own files stand. Whoever takes them writes it: no process of the platform sees the archive.
CREATE TABLE base_backup_standing (
  id int PRIMARY KEY CHECK (id = 1),
  told_at timestamptz NOT NULL,
  -- When the newest one was done that is whole and has its WAL; null: there is none.
  good_at timestamptz,
  -- Null: the last was taken, and all that are kept are whole.
  problem text
);
SELECT wall_table('base_backup_standing', NULL);
