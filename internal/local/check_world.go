package local

import (
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// project is what runs checks: a CodeBuild project.
type project struct {
	name   string
	builds []*Build
}

// Build is one run of a check.
type Build struct {
	ID, Key string
	// Input is what it was told.
	Input  worker.CheckInput
	status statemachine.CheckStatus
	text   string
}

// CreateProject makes a project.
func (w *World) CreateProject(name string) {
	w.do(func() { w.projects[name] = &project{name: name} })
}

// Builds returns a project's, oldest first.
func (w *World) Builds(name string) []Build {
	return locked(w, func() []Build {
		var all []Build
		if p := w.projects[name]; p != nil {
			for _, b := range p.builds {
				all = append(all, *b)
			}
		}
		return all
	})
}

// EndBuild ends one that runs, well or not.
func (w *World) EndBuild(id string, passed bool, text string) {
	w.do(func() {
		for _, p := range w.projects {
			for _, b := range p.builds {
				if b.ID != id || b.status != statemachine.CheckWait {
					continue
				}
				state := "FAILED"
				b.status, b.text = statemachine.CheckFail, text
				if passed {
					b.status, state = statemachine.CheckPass, "SUCCEEDED"
				}
				w.emitBuild(p, b, state)
			}
		}
	})
}

// build finds one; nil if there is none.
func (w *World) build(id string) *Build {
	for _, p := range w.projects {
		for _, b := range p.builds {
			if b.ID == id {
				return b
			}
		}
	}
	return nil
}

// emitBuild says that a build changed state (CodeBuild user guide, "Build
// notifications input format reference").
func (w *World) emitBuild(p *project, b *Build, state string) {
	w.emit("aws.codebuild", "CodeBuild Build State Change", []string{arn("codebuild", "build/"+b.ID)}, fields{
		"build-status": state, "project-name": p.name, "build-id": arn("codebuild", "build/"+b.ID),
		"current-phase": "COMPLETED", "version": "1",
	})
}
