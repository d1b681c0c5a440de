package awstest

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
)

//go:embed testdata/moto_server.py
var motoServer string

const motoVersion = "5.2.1"

// takeMoto hands out a moto of its own, empty: an idle one, else a new one.
func (p *enginePool) takeMoto(ctx context.Context) (*process, error) {
	p.mu.Lock()
	if n := len(p.motos); n > 0 {
		m := p.motos[n-1]
		p.motos = p.motos[:n-1]
		p.mu.Unlock()
		return m, nil
	}
	p.mu.Unlock()
	python, err := motoPython(ctx)
	if err != nil {
		return nil, &Missing{
			What: "everything that needs moto", Because: err.Error(), Install: "Python 3.10 or later with venv, or moto[server]==" + motoVersion,
		}
	}
	return startEngine(ctx, "moto "+motoVersion, func(port int) *exec.Cmd {
		cmd := exec.Command(python, "-c", motoServer, "-H", "127.0.0.1", "-p", strconv.Itoa(port)) //nolint:gosec,noctx // ended by pid
		cmd.Env = append(os.Environ(), "PYTHONUNBUFFERED=1", "AWS_EC2_METADATA_DISABLED=true")
		return cmd
	})
}

// giveMoto takes a moto back, emptied, or ends it.
func (p *enginePool) giveMoto(m *process) {
	if err := resetMoto(m); err != nil {
		m.stop()
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.motos = append(p.motos, m)
}

func resetMoto(m *process) error {
	client := newEngineClient()
	defer client.CloseIdleConnections()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, m.url+"/moto-api/reset", http.NoBody)
	if err != nil {
		return err
	}
	a, err := roundTrip(client, req)
	if err == nil && a.Status != http.StatusOK {
		err = fmt.Errorf("reset moto: status %d: %s", a.Status, a.Body)
	}
	return err
}

// motoPython is a Python that has the pinned moto: that of moto_server on the PATH, the PATH's own, or a private one.
func motoPython(ctx context.Context) (string, error) {
	for _, python := range []string{shebang("moto_server"), "python3", "python"} {
		if exe := pythonWithMoto(ctx, python); exe != "" {
			return exe, nil
		}
	}
	base, err := exec.LookPath("python3")
	if err != nil {
		return "", fmt.Errorf("no Python was found: %w", err)
	}
	dir, err := cacheDir("moto-" + motoVersion)
	if err != nil {
		return "", err
	}
	venv, err := fetchOnce(ctx, dir, "ready", func(ctx context.Context, into string) error {
		return fetchMoto(ctx, base, dir, into)
	})
	if err != nil {
		return "", err
	}
	return venvPython(strings.TrimSuffix(venv, "ready") + "venv"), nil
}

// fetchMoto fills a virtual environment, which cannot be moved once it is made, and then the mark that it is whole.
func fetchMoto(ctx context.Context, python, dir, mark string) error {
	venv := filepath.Join(dir, "venv")
	steps := [][]string{
		{python, "-m", "venv", "--clear", venv},
		{venvPython(venv), "-m", "pip", "install", "--quiet", "moto[server]==" + motoVersion},
	}
	for _, s := range steps {
		if err := runTool(ctx, dir, s...); err != nil {
			return err
		}
	}
	return os.WriteFile(mark, []byte(motoVersion+"\n"), 0o600)
}

func venvPython(venv string) string {
	if runtime.GOOS == "windows" {
		return filepath.Join(venv, "Scripts", "python.exe")
	}
	return filepath.Join(venv, "bin", "python")
}

// pythonWithMoto returns the executable behind a Python that has the pinned moto with its server; "" if it has not.
func pythonWithMoto(ctx context.Context, python string) string {
	if python == "" {
		return ""
	}
	const ask = `import sys, importlib.metadata as m; print(sys.executable if m.version("moto") == "` + motoVersion + `" and m.version("flask-cors") else "")`
	out, err := exec.CommandContext(ctx, python, "-c", ask).Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

// shebang is the interpreter of a script on the PATH, if it is a Python; "" else.
func shebang(script string) string {
	path, err := exec.LookPath(script)
	if err != nil {
		return ""
	}
	b, err := os.ReadFile(path) //nolint:gosec // from the PATH
	if err != nil {
		return ""
	}
	line, _, _ := bytes.Cut(b, []byte("\n"))
	interpreter, found := strings.CutPrefix(string(line), "#!")
	if !found || !strings.Contains(filepath.Base(interpreter), "python") {
		return ""
	}
	return strings.TrimSpace(interpreter)
}
