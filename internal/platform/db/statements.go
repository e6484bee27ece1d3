package db

import (
	"context"
	"database/sql"
	"sync"
	"sync/atomic"
)

// statements keeps prepared statements for SQLite, whose driver would parse every text again; pgx keeps its own. The SQL of the
// stores is constant, so the bound is only there for texts that somebody builds.
type statements struct {
	on       bool
	count    atomic.Int64
	prepared sync.Map // statementKey → *sql.Stmt
}

type statementKey struct {
	pool  *sql.DB
	query string
}

const maxStatements = 1000

func (s *statements) of(pool *sql.DB, query string) *sql.Stmt {
	if found, ok := s.prepared.Load(statementKey{pool, query}); ok {
		return found.(*sql.Stmt)
	}
	return nil
}

// prepare keeps the prepared forms of queries. What cannot be prepared is run as text, and says there what is wrong with it.
func (s *statements) prepare(ctx context.Context, pool *sql.DB, queries []string) {
	for _, query := range queries {
		if s.of(pool, query) != nil || s.count.Load() >= maxStatements {
			continue
		}
		statement, err := pool.PrepareContext(ctx, query)
		if err != nil {
			continue
		}
		if _, raced := s.prepared.LoadOrStore(statementKey{pool, query}, statement); raced {
			_ = statement.Close()
			continue
		}
		s.count.Add(1)
	}
}

func (d *DB) readStatement(ctx context.Context, query string) *sql.Stmt {
	if !d.statements.on {
		return nil
	}
	if statement := d.statements.of(d.reader, query); statement != nil {
		return statement
	}
	d.statements.prepare(ctx, d.reader, []string{query})
	return d.statements.of(d.reader, query)
}

// statement returns the prepared form of query bound to the transaction, or nil where it has none yet: the writer's one
// connection is the transaction's own, so a new text can only be prepared after the commit.
func (t *Tx) statement(ctx context.Context, query string) *sql.Stmt {
	if !t.db.statements.on {
		return nil
	}
	statement := t.db.statements.of(t.db.writer, query)
	if statement == nil {
		t.unprepared = append(t.unprepared, query)
		return nil
	}
	return t.tx.StmtContext(ctx, statement)
}
