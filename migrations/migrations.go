// Package migrations embeds the one numbered set of schema changes. A file NAME.sql serves both databases; where their DDL
// differs, NAME.sqlite.sql and NAME.postgres.sql stand side by side under one number.
package migrations

import (
	"embed"
	"io/fs"
	"strings"
	"testing/fstest"
)

//go:embed *.sql
var files embed.FS

// For returns the set for one database, "sqlite" or "postgres", with the database's name taken out of the file names.
func For(dialect string) (fs.FS, error) {
	entries, err := files.ReadDir(".")
	if err != nil {
		return nil, err
	}
	set := fstest.MapFS{}
	for _, entry := range entries {
		name := strings.TrimSuffix(entry.Name(), ".sql")
		stem, only, differs := strings.Cut(name, ".")
		if differs && only != dialect {
			continue
		}
		text, err := files.ReadFile(entry.Name())
		if err != nil {
			return nil, err
		}
		set[stem+".sql"] = &fstest.MapFile{Data: text, Mode: 0o444}
	}
	return set, nil
}
