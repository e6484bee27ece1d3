package workspace

import (
	"context"
	"database/sql"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/platform/blob"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/i18n"

	"github.com/jackc/pgx/v5/pgconn"
)

// queryTime bounds how long a database may take.
const queryTime = 10 * time.Minute

// Load asks a source of kind Query for its records now and keeps them as a new version; what is the same as before is the version that there is. It
// returns conflict for a source of files, and invalid with the field query, with the database's own words, where it refuses.
func (s *Service) Load(ctx context.Context, actor account.Actor, sourceID string, language i18n.Language) (Version, error) {
	from, projectID, err := s.ofSource(ctx, sourceID)
	if err != nil {
		return Version{}, err
	}
	if err := s.mayLoad(ctx, actor, projectID); err != nil {
		return Version{}, err
	}
	if from.Kind != Query {
		return Version{}, errs.New(errs.Conflict, "recon_workspace.not_files")
	}
	return s.loadQuery(ctx, actor.ID, projectID, from, language)
}

// loadQuery asks a database, in a transaction that can change nothing, and keeps its answer as CSV.
func (s *Service) loadQuery(ctx context.Context, accountID, projectID string, from Source, language i18n.Language) (Version, error) {
	address, known := s.config.Databases[from.Database]
	if !known {
		return Version{}, errs.New(errs.Conflict, "recon_workspace.database_unknown").With(errs.Args{"Name": from.Database})
	}
	ctx, cancel := context.WithTimeout(ctx, queryTime)
	defer cancel()
	answer, write := io.Pipe()
	asked := make(chan error, 1)
	go func() {
		err := ask(ctx, address, from.Query, write)
		write.CloseWithError(err) //nolint:errcheck // it always returns nil
		asked <- err
	}()
	kept, err := s.config.Blobs.Put(ctx, answer, maxFileBytes)
	answer.Close() //nolint:errcheck // it always returns nil; who writes stops now
	refusal := <-asked
	switch {
	case errors.Is(err, blob.ErrTooLarge):
		return Version{}, errTooLarge()
	case refusal != nil:
		args := errs.Args{"Detail": detailOf(refusal)}
		return Version{}, &errs.Error{Code: errs.Invalid, Key: "recon_workspace.database_failed", Args: args, Cause: refusal,
			Fields: []errs.Field{{Name: "query", Key: "recon_workspace.database_failed", Args: args}}}
	case err != nil:
		return Version{}, err
	}
	name := fmt.Sprintf("%s %s.csv", from.Database, s.config.Clock.Now().In(zone()).Format("2006-01-02 15.04"))
	return s.adopt(ctx, accountID, projectID, from.ID, name, kept, language)
}

// detailOf is what a database says, without where it is and who asks.
func detailOf(err error) string {
	if refused, ok := errors.AsType[*pgconn.PgError](err); ok {
		return refused.Message + " (" + refused.Code + ")"
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return "timeout"
	}
	return "connection"
}

// ask writes what a database answers as CSV.
func ask(ctx context.Context, address, query string, w io.Writer) error {
	pool, err := sql.Open("pgx", address)
	if err != nil {
		return err
	}
	defer pool.Close()
	tx, err := pool.BeginTx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead})
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // there is nothing to keep
	rows, err := tx.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.ColumnTypes()
	if err != nil {
		return err
	}
	out := csv.NewWriter(w)
	names, values, into := make([]string, len(columns)), make([]any, len(columns)), make([]any, len(columns))
	for i, c := range columns {
		names[i], into[i] = c.Name(), &values[i]
	}
	if err := out.Write(names); err != nil {
		return err
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		for i, value := range values {
			names[i] = written(value, columns[i].DatabaseTypeName())
		}
		if err := out.Write(names); err != nil {
			return err
		}
	}
	out.Flush()
	return errors.Join(rows.Err(), out.Error())
}

// written is a value of a database as a file has it.
func written(value any, kind string) string {
	switch v := value.(type) {
	case nil:
		return ""
	case time.Time:
		if kind == "DATE" {
			return v.Format(time.DateOnly)
		}
		return v.UTC().Format(time.RFC3339Nano)
	case []byte:
		return string(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	default:
		return fmt.Sprint(v)
	}
}
