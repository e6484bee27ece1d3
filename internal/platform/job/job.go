// Package job runs work in the background through River: a job is enqueued in the transaction of the change that needs it, and
// worked at least once, by any node, with retries.
package job

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"khadamat/internal/platform/db"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"
)

// Args is what a job is told; Kind names its worker and never changes once jobs of it are stored.
type Args = river.JobArgs

// Queue takes jobs and, once started, works them.
type Queue struct {
	config river.Config
	db     *db.DB
	client *river.Client[*sql.Tx]
}

const (
	workers     = 4
	maxAttempts = 12 // with River's back-off (attempt⁴ seconds) the last try comes about 17 hours after the first
	jobTimeout  = time.Minute
	kept        = 24 * time.Hour
)

// New returns a queue on d. Workers are registered on it before Start; without Start it only takes jobs.
func New(d *db.DB, logger *slog.Logger) *Queue {
	return &Queue{db: d, config: river.Config{
		Logger: logger, Workers: river.NewWorkers(), MaxAttempts: maxAttempts, JobTimeout: jobTimeout,
		CompletedJobRetentionPeriod: kept,
		Queues:                      map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: workers}},
	}}
}

// Work registers what works jobs of one kind. An error of its is logged and the job tried again later.
func Work[T Args](q *Queue, work func(ctx context.Context, args T) error) {
	river.AddWorker(q.config.Workers, river.WorkFunc(func(ctx context.Context, job *river.Job[T]) error {
		return work(ctx, job.Args)
	}))
}

// Open makes the queue ready to take jobs; all workers are registered by then.
func (q *Queue) Open() (err error) {
	if q.db.Dialect == db.SQLite {
		q.client, err = river.NewClient(riversqlite.New(q.db.Writer()), &q.config)
	} else {
		q.client, err = river.NewClient(riverdatabasesql.New(q.db.Writer()), &q.config)
	}
	if err != nil {
		return fmt.Errorf("open the job queue: %w", err)
	}
	return nil
}

// Enqueue adds a job as part of tx.
func (q *Queue) Enqueue(ctx context.Context, tx *db.Tx, args Args) error {
	return insert(ctx, tx, args, insertJob[tx.Dialect()])
}

// EnqueueAt adds a job that is worked at that moment, or a few seconds later: as part of tx.
func (q *Queue) EnqueueAt(ctx context.Context, tx *db.Tx, args Args, at time.Time) error {
	if tx.Dialect() == db.SQLite {
		return insert(ctx, tx, args, insertLaterJob[db.SQLite], at.UTC().Format(sqliteTime))
	}
	return insert(ctx, tx, args, insertLaterJob[db.PostgreSQL], at.UTC())
}

func insert(ctx context.Context, tx *db.Tx, args Args, statement string, more ...any) error {
	text, err := json.Marshal(args)
	if err == nil {
		_, err = tx.Exec(ctx, statement, append([]any{string(text), args.Kind(), maxAttempts}, more...)...)
	}
	if err != nil {
		return fmt.Errorf("enqueue %s: %w", args.Kind(), err)
	}
	return nil
}

// insertJob is what River's own InsertTx stores for a job without options. InsertTx itself has its text parsed again for every job,
// in a savepoint of its own, which takes as long as all else that a booking stores. The tests work jobs that were inserted like
// this, so that a new version of River whose table differs is noticed.
var insertJob = map[db.Dialect]string{
	db.SQLite: `INSERT INTO river_job (args, kind, max_attempts, created_at, scheduled_at, metadata, priority, queue, state, tags)
		VALUES ($1, $2, $3, datetime('now', 'subsec'), datetime('now', 'subsec'), json('{}'), 1, 'default', 'available', json('[]'))`,
	db.PostgreSQL: `INSERT INTO river_job (args, kind, max_attempts, created_at, scheduled_at, metadata, priority, queue, state, tags)
		VALUES ($1, $2, $3, now(), now(), '{}', 1, 'default', 'available', '{}')`,
}

// insertLaterJob is the same for a job whose time is yet to come.
var insertLaterJob = map[db.Dialect]string{
	db.SQLite: `INSERT INTO river_job (args, kind, max_attempts, created_at, scheduled_at, metadata, priority, queue, state, tags)
		VALUES ($1, $2, $3, datetime('now', 'subsec'), $4, json('{}'), 1, 'default', 'scheduled', json('[]'))`,
	db.PostgreSQL: `INSERT INTO river_job (args, kind, max_attempts, created_at, scheduled_at, metadata, priority, queue, state, tags)
		VALUES ($1, $2, $3, now(), $4, '{}', 1, 'default', 'scheduled', '{}')`,
}

// sqliteTime is how SQLite itself writes a time with fractions, which is what River compares with.
const sqliteTime = "2006-01-02 15:04:05.000"

// Run works jobs until ctx ends, then lets those under way finish within the drain time.
func (q *Queue) Run(ctx context.Context, drain time.Duration) error {
	// The client's own context must outlive ctx: it is what the jobs under way run in.
	if err := q.client.Start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("start the job queue: %w", err)
	}
	<-ctx.Done()
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
	defer cancel()
	if err := q.client.Stop(stopping); err != nil {
		return q.client.StopAndCancel(context.WithoutCancel(ctx))
	}
	return nil
}
