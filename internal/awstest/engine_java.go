package awstest

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
)

const (
	mavenCopy  = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies"
	javaWanted = 17
	javaCure   = "Java 17 and Maven"
)

// fetchJars has Maven bring what pom pins, once for each content of the files, into lib, under the dir that holds pom
// and, if it is named, the one file more that the engine wants to find there.
func fetchJars(ctx context.Context, engine string, pom []byte, name string, content []byte) (dir, lib string, err error) {
	h := fnv.New32a()
	_, _ = h.Write(append(slices.Clip(pom), content...)) // a hash never fails
	dir, err = cacheDir(fmt.Sprintf("%s-%08x", engine, h.Sum32()))
	if err != nil {
		return "", "", err
	}
	lib, err = fetchOnce(ctx, dir, "lib", func(ctx context.Context, into string) error {
		files := map[string][]byte{"pom.xml": pom}
		if name != "" {
			files[name] = content
		}
		for name, content := range files {
			if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
				return err
			}
		}
		mvn, err := exec.LookPath("mvn")
		if err != nil {
			return fmt.Errorf("it is not in the cache and no Maven was found: %w", err)
		}
		return runTool(ctx, dir, mvn, "-B", "-q", "-f", "pom.xml", mavenCopy, "-DincludeScope=runtime", "-DoutputDirectory="+into)
	})
	return dir, lib, err
}

// findJava is a Java that is new enough: JAVA_HOME's, else the PATH's.
func findJava(ctx context.Context) (string, error) {
	java := "java"
	if home := os.Getenv("JAVA_HOME"); home != "" {
		java = filepath.Join(home, "bin", "java")
	}
	path, err := exec.LookPath(java)
	if err != nil {
		return "", fmt.Errorf("no Java was found: %w", err)
	}
	out, err := exec.CommandContext(ctx, path, "-version").CombinedOutput() //nolint:gosec // a Java of this machine
	if err != nil {
		return "", fmt.Errorf("java does not run: %w", err)
	}
	m := regexp.MustCompile(`version "(\d+)`).FindSubmatch(out)
	if m == nil {
		return "", errors.New("java does not say its version")
	}
	if major, err := strconv.Atoi(string(m[1])); err != nil || major < javaWanted {
		return "", fmt.Errorf("java is version %s, older than %d", m[1], javaWanted)
	}
	return path, nil
}
