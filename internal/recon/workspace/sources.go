package workspace

import (
	"context"
	"errors"
	"io"
	"path"
	"slices"
	"strings"

	"khadamat/internal/account"
	"khadamat/internal/platform/blob"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/platform/idempotency"
	"khadamat/internal/platform/ids"
	"khadamat/internal/platform/text"
	"khadamat/internal/recon"
	"khadamat/internal/recon/record"
	"khadamat/internal/recon/source"
)

const (
	maxSources = 8
	// maxFileBytes bounds one file.
	maxFileBytes = 6 << 30
)

var (
	sourceNameRules = text.Rules{MaxRunes: 80}
	queryRules      = text.Rules{MaxRunes: 20_000, Multiline: true}
)

func (f *SourceForm) check(databases map[string]string) error {
	var fields errs.Fields
	f.Name = text.Check(&fields, "name", f.Name, sourceNameRules)
	if f.Kind == "" {
		f.Kind = Files
	}
	fields.Check(f.Kind == Files || f.Kind == Query, "kind", "recon_workspace.bad_kind")
	if f.Kind != Query {
		f.Query, f.Database = "", ""
		return fields.Err()
	}
	f.Query = text.Check(&fields, "query", f.Query, queryRules)
	fields.Check(f.Query != "", "query", "recon_workspace.query_missing")
	if _, known := databases[f.Database]; !known {
		names := make([]string, 0, len(databases))
		for name := range databases {
			names = append(names, name)
		}
		slices.Sort(names)
		fields.Add("database", "recon_workspace.unknown_database", errs.Args{"Names": strings.Join(names, ", ")})
	}
	return fields.Err()
}

// Sources are the sides of a project, in their order.
func (s *Service) Sources(ctx context.Context, actor account.Actor, projectID string) ([]Source, error) {
	if _, err := s.read(ctx, actor, projectID); err != nil {
		return nil, err
	}
	return s.sources(ctx, s.config.DB, projectID)
}

func (s *Service) sources(ctx context.Context, q db.Querier, projectID string) ([]Source, error) {
	sources, err := sourcesOf(ctx, q, projectID)
	if err != nil {
		return nil, err
	}
	for i := range sources {
		latest, err := versionsOf(ctx, q, sources[i].ID, 1)
		if err != nil {
			return nil, err
		}
		if len(latest) > 0 {
			sources[i].Latest = &latest[0]
		}
	}
	return sources, nil
}

// AddSource adds a side, eight at most. What asks a database only owners add. It returns invalid with the fields name, kind, query and database.
func (s *Service) AddSource(ctx context.Context, actor account.Actor, projectID string, form SourceForm) (Source, error) {
	request := idempotency.Request{Scope: "recon.source:" + projectID + ":" + actor.ID, Key: form.IdempotencyKey, Body: form}
	if err := form.check(s.config.Databases); err != nil {
		return Source{}, err
	}
	need := Analyst
	if form.Kind == Query {
		need = Owner
	}
	var made Source
	err := s.reshape(ctx, actor, projectID, need, func(tx *db.Tx, _ project) (err error) {
		made, _, err = idempotency.Run(ctx, tx, request, func() (Source, error) { return s.addSource(ctx, tx, actor.ID, projectID, form) })
		return err
	})
	return made, err
}

func (s *Service) addSource(ctx context.Context, tx *db.Tx, actorID, projectID string, form SourceForm) (Source, error) {
	made := Source{ID: ids.New(), Name: form.Name, Kind: form.Kind, Query: form.Query, Database: form.Database}
	before, err := sourcesOf(ctx, tx, projectID)
	if err != nil {
		return made, err
	}
	if made.Side = len(before); made.Side >= maxSources {
		return made, errs.New(errs.Conflict, "recon_workspace.too_many_sources").With(errs.Args{"Max": maxSources})
	}
	if err := insertSource(ctx, tx, projectID, made); err != nil {
		return made, err
	}
	s.changed(tx, projectID, "sources")
	return made, s.record(ctx, tx, actorID, projectID, "recon.source.added", map[string]any{"source": made.ID, "name": made.Name, "kind": made.Kind})
}

// ofSource returns a source and the project that it belongs to.
func (s *Service) ofSource(ctx context.Context, sourceID string) (Source, string, error) {
	if !ids.Valid(sourceID) {
		return Source{}, "", errNotFound
	}
	return sourceByID(ctx, s.config.DB, sourceID)
}

// ChangeSource renames a side or changes what it asks. What is asked of databases only owners change.
func (s *Service) ChangeSource(ctx context.Context, actor account.Actor, sourceID string, form SourceForm) (Source, error) {
	changed, projectID, err := s.ofSource(ctx, sourceID)
	if err != nil {
		return Source{}, err
	}
	if err := form.check(s.config.Databases); err != nil {
		return Source{}, err
	}
	need := Analyst
	if form.Kind != changed.Kind || form.Query != changed.Query || form.Database != changed.Database {
		need = Owner
	}
	changed.Name, changed.Kind, changed.Query, changed.Database = form.Name, form.Kind, form.Query, form.Database
	err = s.reshape(ctx, actor, projectID, need, func(tx *db.Tx, _ project) error {
		if err := updateSource(ctx, tx, changed); err != nil {
			return err
		}
		s.changed(tx, projectID, "sources")
		return s.record(ctx, tx, actor.ID, projectID, "recon.source.changed", map[string]any{"source": sourceID, "name": form.Name, "kind": form.Kind, "query": form.Query})
	})
	if err != nil {
		return Source{}, err
	}
	return s.source(ctx, projectID, sourceID)
}

// source is one of a project's sources with its latest version.
func (s *Service) source(ctx context.Context, projectID, sourceID string) (Source, error) {
	all, err := s.sources(ctx, s.config.DB, projectID)
	if err != nil {
		return Source{}, err
	}
	at := slices.IndexFunc(all, func(one Source) bool { return one.ID == sourceID })
	if at < 0 {
		return Source{}, errNotFound
	}
	return all[at], nil
}

// RemoveSource takes away the last side of a project where nothing was loaded into it; two sides stay.
func (s *Service) RemoveSource(ctx context.Context, actor account.Actor, sourceID string) error {
	_, projectID, err := s.ofSource(ctx, sourceID)
	if err != nil {
		return err
	}
	return s.reshape(ctx, actor, projectID, Analyst, func(tx *db.Tx, _ project) error {
		all, err := sourcesOf(ctx, tx, projectID)
		if err != nil {
			return err
		}
		if last := all[len(all)-1]; len(all) <= 2 || last.ID != sourceID || last.Versions > 0 {
			return errs.New(errs.Conflict, "recon_workspace.source_stays")
		}
		if err := deleteSource(ctx, tx, sourceID); err != nil {
			return err
		}
		s.changed(tx, projectID, "sources")
		return s.record(ctx, tx, actor.ID, projectID, "recon.source.removed", map[string]any{"source": sourceID})
	})
}

// Upload keeps a file as a new version of its source. The bytes are kept before they are read; the same bytes again are the version that there is.
// It returns invalid with the field file, in words of the language, where they cannot be read as records.
func (s *Service) Upload(ctx context.Context, actor account.Actor, sourceID, fileName string, content io.Reader, language i18n.Language) (Version, error) {
	_, projectID, err := s.ofSource(ctx, sourceID)
	if err != nil {
		return Version{}, err
	}
	if err := s.mayLoad(ctx, actor, projectID); err != nil {
		return Version{}, err
	}
	kept, err := s.config.Blobs.Put(ctx, content, maxFileBytes)
	if errors.Is(err, blob.ErrTooLarge) {
		return Version{}, errTooLarge()
	}
	if err != nil {
		return Version{}, err
	}
	return s.adopt(ctx, actor.ID, projectID, sourceID, fileName, kept, language)
}

func errTooLarge() error {
	return errs.New(errs.TooLarge, "recon_workspace.file_too_large").With(errs.Args{"Gigabytes": maxFileBytes >> 30})
}

// mayLoad refuses early, before anything is sent, those who may not load.
func (s *Service) mayLoad(ctx context.Context, actor account.Actor, projectID string) error {
	p, err := enter(ctx, s.config.DB, actor, projectID, Analyst, "")
	if err == nil && !p.ArchivedAt.IsZero() {
		return errs.New(errs.Conflict, "recon_workspace.archived")
	}
	if err == nil && p.builtIn != "" {
		return errBuiltIn()
	}
	return err
}

// adopt makes a version of bytes that are kept. Nobody is the account where the house loads.
func (s *Service) adopt(ctx context.Context, accountID, projectID, sourceID, fileName string, kept blob.Ref, language i18n.Language) (Version, error) {
	return s.adoptMarked(ctx, accountID, projectID, sourceID, fileName, kept, language, "")
}

// adoptMarked is adopt for what a feed gave, up to a mark.
func (s *Service) adoptMarked(ctx context.Context, accountID, projectID, sourceID, fileName string, kept blob.Ref, language i18n.Language, mark string) (Version, error) {
	file, release, err := s.local(ctx, kept.SHA256)
	if err != nil {
		return Version{}, err
	}
	defer release()
	fileName = baseName(fileName)
	found, err := inspect(ctx, file)
	if err != nil {
		if _, unusable := errors.AsType[*source.Problem](err); unusable {
			args := errs.Args{"File": fileName, "Problem": recon.Explain(language, err)}
			return Version{}, &errs.Error{Code: errs.Invalid, Key: "recon_workspace.unreadable", Args: args, Cause: err,
				Fields: []errs.Field{{Name: "file", Key: "recon_workspace.unreadable", Args: args}}}
		}
		return Version{}, err
	}
	var version Version
	err = s.config.DB.Tx(ctx, func(tx *db.Tx) error {
		p, err := projectByID(ctx, tx, projectID, tx.Dialect().ForUpdate())
		if err != nil {
			return err
		}
		if version, err = versionBySHA256(ctx, tx, sourceID, kept.SHA256); err == nil || errs.CodeOf(err) != errs.NotFound {
			return err
		}
		from, _, err := sourceByID(ctx, tx, sourceID)
		if err != nil {
			return err
		}
		version = Version{ID: ids.New(), SourceID: sourceID, Number: from.Versions + 1, FileName: fileName, SHA256: kept.SHA256, Bytes: kept.Bytes, Format: found.Format,
			Rows: found.Count, Rejected: found.Rejected, LoadedBy: accountID, LoadedAt: tx.Now}
		if err := insertVersion(ctx, tx, version, found, mark); err != nil {
			return err
		}
		if from.Name == "" { // the first file names the side
			if from.Name, _ = text.Clean(strings.TrimSuffix(fileName, path.Ext(fileName)), sourceNameRules); from.Name != "" {
				if err := updateSource(ctx, tx, from); err != nil {
					return err
				}
			}
		}
		p.freshAt = tx.Now
		if err := updateProject(ctx, tx, p); err != nil {
			return err
		}
		s.changed(tx, projectID, "sources")
		return s.record(ctx, tx, accountID, projectID, "recon.version.loaded", map[string]any{"source": sourceID, "version": version.ID, "file": fileName, "sha256": kept.SHA256, "rows": version.Rows})
	})
	return version, err
}

// baseName is the name of a file without the folders that some browsers and all mischief put before it.
func baseName(name string) string {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	cleaned, key := text.Clean(name, text.Rules{MinRunes: 1, MaxRunes: 200})
	if key != "" || cleaned == "." || cleaned == ".." || cleaned == "/" {
		return "file"
	}
	return cleaned
}

// Preview shows a version with what its columns are taken for.
func (s *Service) Preview(ctx context.Context, actor account.Actor, versionID string, language i18n.Language) (Preview, error) {
	version, err := s.ofVersion(ctx, actor, versionID)
	if err != nil {
		return Preview{}, err
	}
	from, _, err := sourceByID(ctx, s.config.DB, version.SourceID)
	if err != nil {
		return Preview{}, err
	}
	found, err := inspectionOf(ctx, s.config.DB, versionID)
	if err != nil {
		return Preview{}, err
	}
	shown := Preview{Version: version, Format: found.Format, Encoding: found.Encoding, Rows: found.Rows, Count: found.Count, Rejected: found.Rejected,
		Empty: found.Empty, Repeated: found.Repeated}
	for _, c := range found.Columns {
		column := PreviewColumn{Name: c.Name, Role: c.Role, Type: c.Type, Written: c.Written, Confidence: c.Confidence, Filled: c.Filled, Sample: c.Sample}
		if said, ok := from.Mapping[c.Name]; ok {
			column.say(said)
		}
		shown.Columns = append(shown.Columns, column)
	}
	for i := range found.Problems {
		shown.Problems = append(shown.Problems, recon.Explain(language, &found.Problems[i]))
	}
	return shown, nil
}

// say puts what a person said over what was learnt.
func (c *PreviewColumn) say(said record.Mapped) {
	if said.Role != "" {
		c.Role, c.Confidence, c.Chosen = said.Role, 1, true
	}
	if said.Type != "" {
		c.Type, c.Chosen = said.Type, true
	}
	if said.Written != "" {
		c.Written, c.Chosen = said.Written, true
	}
	if said.Ignore {
		c.Ignored, c.Chosen = true, true
	}
}

// ofVersion returns a version of a project of the actor's.
func (s *Service) ofVersion(ctx context.Context, actor account.Actor, versionID string) (Version, error) {
	if !ids.Valid(versionID) {
		return Version{}, errNotFound
	}
	version, err := versionByID(ctx, s.config.DB, versionID)
	if err != nil {
		return version, err
	}
	_, projectID, err := sourceByID(ctx, s.config.DB, version.SourceID)
	if err != nil {
		return version, err
	}
	_, err = s.read(ctx, actor, projectID)
	return version, err
}

var (
	mappedRoles = []record.Role{"", record.ID, record.DateRole, record.Amount, record.Debit, record.Credit, record.Currency, record.Counterparty, record.Reference,
		record.Description, record.Attribute}
	mappedTypes = []record.Type{"", record.Text, record.Number, record.Date}
)

// SetMapping keeps what a person says about the columns of a source, for this version and those to come. It returns invalid with the field of a
// column that the latest version does not have, or of one that cannot be what is said.
func (s *Service) SetMapping(ctx context.Context, actor account.Actor, sourceID string, mapping record.Mapping) (Source, error) {
	from, projectID, err := s.ofSource(ctx, sourceID)
	if err != nil {
		return Source{}, err
	}
	err = s.reshape(ctx, actor, projectID, Analyst, func(tx *db.Tx, p project) error {
		latest, err := versionsOf(ctx, tx, sourceID, 1)
		if err != nil {
			return err
		}
		if len(latest) == 0 {
			return errs.New(errs.Conflict, "recon_workspace.nothing_loaded")
		}
		found, err := inspectionOf(ctx, tx, latest[0].ID)
		if err != nil {
			return err
		}
		if err := fits(mapping, found); err != nil {
			return err
		}
		from.Mapping = mapping
		if err := updateSource(ctx, tx, from); err != nil {
			return err
		}
		s.changed(tx, projectID, "sources")
		return s.record(ctx, tx, actor.ID, projectID, "recon.source.mapped", map[string]any{"source": sourceID, "mapping": mapping})
	})
	if err != nil {
		return Source{}, err
	}
	return s.source(ctx, projectID, sourceID)
}

// fits says for which columns a mapping cannot be.
func fits(mapping record.Mapping, found *inspection) error {
	var fields errs.Fields
	names := make([]string, 0, len(mapping))
	for name := range mapping {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		said := mapping[name]
		at := slices.IndexFunc(found.Columns, func(c inspected) bool { return c.Name == name })
		if at < 0 {
			fields.Add(name, "recon_workspace.no_such_column", errs.Args{"Column": name})
			continue
		}
		fields.Check(slices.Contains(mappedRoles, said.Role), name, "recon_workspace.bad_column_role")
		fields.Check(slices.Contains(mappedTypes, said.Type), name, "recon_workspace.bad_column_type")
	}
	return fields.Err()
}

// Versions are the loads of a source, the latest first.
func (s *Service) Versions(ctx context.Context, actor account.Actor, sourceID string) ([]Version, error) {
	_, projectID, err := s.ofSource(ctx, sourceID)
	if err != nil {
		return nil, err
	}
	if _, err := s.read(ctx, actor, projectID); err != nil {
		return nil, err
	}
	return versionsOf(ctx, s.config.DB, sourceID, maxVersions)
}

// maxVersions bounds how many versions of a source are looked at, the latest ones.
const maxVersions = 1000

// RemoveVersion takes back a version that no run has used; conflict else.
func (s *Service) RemoveVersion(ctx context.Context, actor account.Actor, versionID string) error {
	version, err := s.ofVersion(ctx, actor, versionID)
	if err != nil {
		return err
	}
	_, projectID, err := sourceByID(ctx, s.config.DB, version.SourceID)
	if err != nil {
		return err
	}
	return s.reshape(ctx, actor, projectID, Analyst, func(tx *db.Tx, _ project) error {
		gone, err := deleteUnusedVersion(ctx, tx, versionID)
		if err != nil {
			return err
		}
		if !gone {
			return errs.New(errs.Conflict, "recon_workspace.version_used")
		}
		s.changed(tx, projectID, "sources")
		return s.record(ctx, tx, actor.ID, projectID, "recon.version.removed", map[string]any{"version": versionID, "file": version.FileName})
	})
}
