package cli

import "github.com/serinhq/serin/internal/app"

// session is what every subcommand is given: the process's streams, and what the
// flags that all share say.
type session struct {
	Streams
	output format
	given  map[string]*string
}

// addSettings adds the settings that all subcommands share, or those that only
// the worker has, as flags; add is a flag set's StringVar.
func (s *session) addSettings(add func(value *string, flag, standard, help string), shared bool) {
	if s.given == nil {
		s.given = map[string]*string{}
	}
	for _, one := range app.All() {
		if one.Shared == shared {
			s.given[one.Flag] = new(string)
			add(s.given[one.Flag], one.Flag, "", one.Usage())
		}
	}
}

// settings are what flags, environment and defaults say. An error is a usage
// error that names everything that is wrong.
func (s *session) settings() (app.Settings, error) {
	settings, err := app.Read(func(one app.Setting) string {
		if flag := s.given[one.Flag]; flag != nil && *flag != "" {
			return *flag
		}
		return s.Env(one.Env)
	})
	if err != nil {
		return settings, usage(err)
	}
	return settings, nil
}

// app opens the way to everything outside; no call is made by it.
func (s *session) app() (*app.App, error) {
	settings, err := s.settings()
	if err != nil {
		return nil, err
	}
	return s.Open(settings), nil
}
