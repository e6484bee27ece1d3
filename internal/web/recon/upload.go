package recon

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"

	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/httpx"
	"khadamat/internal/recon/workspace"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// What people send: files come in pieces where scripts run, and whole where none do.
const (
	maxPlainBytes = 256 << 20
	maxChunkBytes = 32 << 20
	maxFiles      = 100
)

// answering is a handler for scripts: what it returns is answered as JSON, and so is what is refused, as {"problem": "a sentence"}.
func answering(handler func(w http.ResponseWriter, r *http.Request) (any, error)) route.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		answer, err := handler(w, r)
		status := http.StatusOK
		if err != nil {
			known := httpx.ErrorOf(err)
			if known.Code == errs.Internal {
				return err
			}
			status = httpx.StatusOf(known.Code)
			httpx.SetRetryAfter(w.Header(), known)
			answer = map[string]string{"problem": sentence(ui.ProblemsOf(r.Context(), known))}
		}
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(status)
		return json.NewEncoder(w).Encode(answer)
	}
}

// sentence is all that is wrong, as one text: what is said about a field is more than what is said of the whole.
func sentence(problems ui.Problems) string {
	if len(problems.Fields) == 0 {
		return problems.General
	}
	return strings.Join(slices.Sorted(maps.Values(problems.Fields)), " ")
}

// plainUpload widens what a form may bring.
func plainUpload(handler route.Handler) route.Handler {
	return func(w http.ResponseWriter, r *http.Request) (err error) {
		httpx.BodyLimit(maxPlainBytes)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			err = handler(w, r)
		})).ServeHTTP(w, r)
		return err
	}
}

// eachFile hands over the files of a form as they come; nothing of them waits in memory. take gets the name of the input.
func eachFile(r *http.Request, take func(input, fileName string, content io.Reader) error) error {
	parts, err := r.MultipartReader()
	if err != nil {
		return errs.Wrap(err, errs.Invalid, "error.invalid")
	}
	for range maxFiles {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return uploadError(err)
		}
		if err := takePart(part, take); err != nil {
			return err
		}
	}
	return errs.New(errs.Invalid, "recon_pages.too_many_files").With(errs.Args{"Most": maxFiles})
}

func takePart(part *multipart.Part, take func(input, fileName string, content io.Reader) error) error {
	defer part.Close()
	if part.FileName() == "" { // a field without a file
		return nil
	}
	return take(part.FormName(), part.FileName(), part)
}

func uploadError(err error) error {
	if known := httpx.ErrorOf(err); known.Code != errs.Internal {
		return known
	}
	return errs.Wrap(err, errs.Invalid, "error.invalid")
}

// sourceName makes a name for a source of that of its first file: "bank_2026-10.csv" is "bank 2026-10".
func sourceName(fileName string) string {
	base := path.Base(strings.ReplaceAll(fileName, `\`, "/"))
	name := strings.TrimSpace(strings.ReplaceAll(strings.TrimSuffix(base, path.Ext(base)), "_", " "))
	const mostRunes = 60
	if runes := []rune(name); len(runes) > mostRunes {
		name = strings.TrimSpace(string(runes[:mostRunes]))
	}
	return name
}

// create makes a project of the files that a form brings.
func (p *pages) create(w http.ResponseWriter, r *http.Request) error {
	var project workspace.Project
	var sources []workspace.Source
	of := map[string]int{}
	err := eachFile(r, func(input, fileName string, content io.Reader) error {
		if project.ID == "" {
			var err error
			if project, err = p.Workspace.CreateProject(r.Context(), actor(r), workspace.ProjectForm{Name: sourceName(fileName)}); err != nil {
				return err
			}
		}
		at, known := of[input]
		if !known {
			at = len(of)
			of[input] = at
			source, err := p.sideOf(r, project.ID, at, fileName)
			if err != nil {
				return err
			}
			sources = append(sources, source)
		}
		_, err := p.Workspace.Upload(r.Context(), actor(r), sources[at].ID, fileName, content, ui.From(r.Context()).Language)
		return err
	})
	switch {
	case project.ID == "" && err == nil:
		return p.renderNew(w, r, http.StatusUnprocessableEntity, ui.Problems{General: ui.T(r.Context(), "recon_pages.new.no_files")})
	case project.ID == "" && again(err):
		return p.renderNew(w, r, http.StatusUnprocessableEntity, ui.ProblemsOf(r.Context(), err))
	case again(err):
		return p.renderSetup(w, r, project.ID, ui.Problems{General: sentence(ui.ProblemsOf(r.Context(), err))})
	case err != nil:
		return err
	}
	if err := p.rename(r, &project, namesOf(sources)); err != nil {
		return err
	}
	return to(w, r, project.ID, "/setup")
}

// sideOf returns a side of a new project, named after its first file. A project begins with two.
func (p *pages) sideOf(r *http.Request, projectID string, at int, fileName string) (workspace.Source, error) {
	sources, err := p.Workspace.Sources(r.Context(), actor(r), projectID)
	if err != nil {
		return workspace.Source{}, err
	}
	form := workspace.SourceForm{Name: sourceName(fileName), Kind: workspace.Files}
	for _, other := range sources[:min(at, len(sources))] {
		if other.Name == form.Name {
			form.Name += " " + strconv.Itoa(at+1)
		}
	}
	if at < len(sources) {
		return p.Workspace.ChangeSource(r.Context(), actor(r), sources[at].ID, form)
	}
	return p.Workspace.AddSource(r.Context(), actor(r), projectID, form)
}

// createEmpty makes a project for files that come in pieces, and says where they go.
func (p *pages) createEmpty(w http.ResponseWriter, r *http.Request) (any, error) {
	form, err := route.Form(w, r)
	if err != nil {
		return nil, err
	}
	names := form["name"]
	if len(names) < 2 {
		return nil, errs.New(errs.Invalid, "recon_pages.new.no_files")
	}
	project, err := p.Workspace.CreateProject(r.Context(), actor(r), workspace.ProjectForm{Name: sourceName(names[0])})
	if err != nil {
		return nil, err
	}
	var sources []workspace.Source
	var ids []string
	for at, name := range names {
		source, err := p.sideOf(r, project.ID, at, name)
		if err != nil {
			return nil, err
		}
		sources, ids = append(sources, source), append(ids, source.ID)
	}
	if err := p.rename(r, &project, namesOf(sources)); err != nil {
		return nil, err
	}
	return map[string]any{"project": project.ID, "sources": ids, "next": ui.Path(r.Context(), "/recon/"+project.ID+"/setup")}, nil
}

// beginUpload announces a file.
func (p *pages) beginUpload(w http.ResponseWriter, r *http.Request) (any, error) {
	form, err := route.Form(w, r)
	if err != nil {
		return nil, err
	}
	size, err := strconv.ParseInt(form.Get("size"), 10, 64)
	if err != nil {
		return nil, errs.Wrap(err, errs.Invalid, "error.invalid")
	}
	if form.Get("begins") != "" {
		if err := p.nameAfter(r, form.Get("name")); err != nil {
			return nil, err
		}
	}
	upload, err := p.Workspace.BeginUpload(r.Context(), actor(r), r.PathValue("source"), form.Get("name"), size, "")
	if err != nil {
		return nil, err
	}
	return map[string]any{"upload": upload.ID, "received": upload.Received}, nil
}

// nameAfter names a source of a project that is being made, and the project itself, after the file that comes first: another one than was said at
// the beginning comes where that one could not be read.
func (p *pages) nameAfter(r *http.Request, fileName string) error {
	project, err := p.Workspace.Project(r.Context(), actor(r), r.PathValue("project"))
	if err != nil {
		return err
	}
	sources, err := p.Workspace.Sources(r.Context(), actor(r), project.ID)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(sources, func(s workspace.Source) bool { return s.ID == r.PathValue("source") && s.Latest == nil })
	if at < 0 || strings.HasPrefix(sources[at].Name, sourceName(fileName)) {
		return nil
	}
	was := namesOf(sources)
	if sources[at], err = p.sideOf(r, project.ID, at, fileName); err != nil || project.Name != was {
		return err
	}
	return p.rename(r, &project, namesOf(sources))
}

// namesOf is what a project of these sources is called at first.
func namesOf(sources []workspace.Source) string {
	const mostRunes = 100
	names := make([]string, len(sources))
	for i := range sources {
		names[i] = sources[i].Name
	}
	name := []rune(strings.Join(names, " ↔ "))
	return string(name[:min(len(name), mostRunes)])
}

// putChunk takes the next piece of a file. One that was taken already, and whose answer was lost, is told where to go on.
func (p *pages) putChunk(w http.ResponseWriter, r *http.Request) (answer any, err error) {
	offset, err := strconv.ParseInt(r.URL.Query().Get("offset"), 10, 64)
	if err != nil {
		return nil, errs.Wrap(err, errs.Invalid, "error.invalid")
	}
	id := r.PathValue("upload")
	httpx.BodyLimit(maxChunkBytes)(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var upload workspace.Upload
		upload, err = p.Workspace.PutChunk(r.Context(), actor(r), id, offset, r.Body, r.URL.Query().Get("sha256"))
		if errs.CodeOf(err) == errs.Conflict {
			upload, err = p.Workspace.UploadState(r.Context(), actor(r), id)
		}
		answer = map[string]any{"received": upload.Received}
	})).ServeHTTP(w, r)
	return answer, err
}

// finishUpload makes a version of a file that has come whole.
func (p *pages) finishUpload(_ http.ResponseWriter, r *http.Request) (any, error) {
	version, err := p.Workspace.FinishUpload(r.Context(), actor(r), r.PathValue("upload"), ui.From(r.Context()).Language)
	if err != nil {
		return nil, err
	}
	return map[string]any{"version": version.ID, "rows": version.Rows, "rejected": version.Rejected}, nil
}

// addFiles loads the files of a form into one source.
func (p *pages) addFiles(w http.ResponseWriter, r *http.Request) error {
	loaded := 0
	err := eachFile(r, func(_, fileName string, content io.Reader) error {
		_, err := p.Workspace.Upload(r.Context(), actor(r), r.PathValue("source"), fileName, content, ui.From(r.Context()).Language)
		loaded++
		return err
	})
	if again(err) {
		return p.renderSources(w, r, http.StatusUnprocessableEntity, ui.Problems{General: sentence(ui.ProblemsOf(r.Context(), err))})
	}
	if err != nil {
		return err
	}
	if loaded == 0 {
		return p.renderSources(w, r, http.StatusUnprocessableEntity, ui.Problems{General: ui.T(r.Context(), "recon_pages.sources.no_file")})
	}
	ui.Notify(w, ui.Success, "recon_pages.sources.loaded")
	return to(w, r, r.PathValue("project"), "/sources")
}
