package cli

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
	"github.com/serinhq/serin/statemachine"
)

// The lines are run, with an aws of our own that tells what there is and says what it is to be changed to.
func TestRestoreLine_putsSharesBackAndNothingElse(t *testing.T) {
	if _, err := exec.LookPath("jq"); err != nil {
		awstest.NotRun(t, &awstest.Missing{What: "the jq program of serin rollback --print", Because: "jq is not on PATH", Install: "jq 1.6"})
	}
	const (
		service  = "arn:aws:vpc-lattice:eu-west-1:111122223333:service/svc-1/listener/listener-2"
		group    = "arn:aws:vpc-lattice:eu-west-1:111122223333:targetgroup/"
		shared   = `{"stable":"` + group + `tg-b","groups":[{"arn":"` + group + `tg-b","weight":10,"at":1},{"arn":"` + group + `tg-g","weight":0,"at":-1}]}`
		action   = `{"forward":{"targetGroups":[{"targetGroupIdentifier":"tg-x","weight":3},{"targetGroupIdentifier":"tg-g","weight":5},{"targetGroupIdentifier":"tg-b","weight":5}]}}`
		restored = `{"forward":{"targetGroups":[{"targetGroupIdentifier":"tg-x","weight":3},{"targetGroupIdentifier":"tg-b","weight":10}]}}`
		records  = `{"ResourceRecordSets":[{"Name":"\\052.shop.example.","Type":"A","SetIdentifier":"blue","Weight":50,"TTL":60},` +
			`{"Name":"\\052.shop.example.","Type":"A","SetIdentifier":"green","Weight":51},{"Name":"\\052.shop.example.","Type":"AAAA","SetIdentifier":"blue","Weight":9},` +
			`{"Name":"z.shop.example.","Type":"A"}]}`
	)
	for _, c := range []struct {
		kind, config, there, want string
		back                      statemachine.Split
	}{
		{
			"lattice", `{"rule":"` + service + `/rule/rule-3"}`, action,
			"vpc-lattice update-rule --region eu-west-1 --service-identifier svc-1 --listener-identifier listener-2 --rule-identifier rule-3 --action " + restored + "\n",
			statemachine.Split{Stable: group + "tg-b", Form: shared},
		},
		{
			"lattice", `{"listener":"` + service + `"}`, action,
			"vpc-lattice update-listener --region eu-west-1 --service-identifier svc-1 --listener-identifier listener-2 --default-action " + restored + "\n",
			statemachine.Split{Stable: group + "tg-b", Form: shared},
		},
		{
			"route53", `{"zone":"Z1","name":"*.Shop.example.","type":"A","sets":["blue","green"]}`, records,
			`route53 change-resource-record-sets --hosted-zone-id Z1 --change-batch {"Changes":[` +
				`{"Action":"UPSERT","ResourceRecordSet":{"Name":"\\052.shop.example.","Type":"A","SetIdentifier":"blue","Weight":100,"TTL":60}},` +
				`{"Action":"UPSERT","ResourceRecordSet":{"Name":"\\052.shop.example.","Type":"A","SetIdentifier":"green","Weight":0}}]}` + "\n",
			statemachine.Split{Stable: "blue", Canary: "green", Form: `{"weights":[100,0]}`},
		},
		{
			"staticsite", `{"bucket":"shop","key":"c.json","distribution":"E1","path":"/c.json"}`, `{"stable":"a1","canary":"b2","percentage":50,"rev":7,"salt":"it's"}`,
			"s3 cp --region eu-west-1 - s3://shop/c.json --content-type application/json --cache-control max-age=60\n" +
				`{"stable":"a1","canary":null,"percentage":0,"rev":8,"salt":"it's"}` + "\ncloudfront create-invalidation --distribution-id E1 --paths /c.json\n",
			statemachine.Split{Stable: "a1"},
		},
		{
			"staticsite", `{"keyValueStore":"arn:aws:cloudfront::111122223333:key-value-store/0a1b","key":"c.json"}`,
			`{"stable": "a1", "canary": "b2", "percentage": 50, "rev": 7, "salt": "it's"}`,
			"cloudfront-keyvaluestore put-key --kvs-arn arn:aws:cloudfront::111122223333:key-value-store/0a1b --key c.json --if-match KV7 --value " +
				`{"stable":"a1","canary":null,"percentage":0,"rev":8,"salt":"it's"}` + "\n",
			statemachine.Split{Stable: "a1"},
		},
	} {
		line, err := restoreLine(statemachine.TargetSpec{Kind: c.kind, Config: json.RawMessage(c.config)}, c.back, group+"tg-g", "eu-west-1")
		if err != nil {
			t.Errorf("%s: %v", c.kind, err)
			continue
		}
		if diff := cmp.Diff(c.want, runPiped(t, line, c.there)); diff != "" {
			t.Errorf("%s: aws is called with (-want +got):\n%s\n%s", c.kind, diff, line)
		}
	}
}

// runPiped runs a line with an aws that reads there, and repeats what it is to write.
func runPiped(t *testing.T, line, there string) string {
	t.Helper()
	dir := t.TempDir()
	answer := filepath.Join(dir, "answer.json")
	aws := "#!/bin/sh\ncase \"$*\" in\n*head-object*) echo max-age=60 ;;\n*describe-key-value-store*) echo KV7 ;;\n*'--query ETag'*) echo E7 ;;\n'vpc-lattice get-'* | *get-distribution-config* | *' get-key '* | *' list-'*) cat '" + answer + "' ;;\n" +
		"'s3 cp --region eu-west-1 s3://'*) cat '" + answer + "' ;;\n's3 cp'*) printf '%s\\n' \"$*\"; jq -c . ;;\n*) printf '%s\\n' \"$*\" ;;\nesac\n"
	for name, text := range map[string]string{answer: there, filepath.Join(dir, "aws"): aws} {
		if err := os.WriteFile(name, []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), "sh", "-c", line)
	cmd.Env = []string{"PATH=" + dir + string(os.PathListSeparator) + os.Getenv("PATH")}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s\n%s", err, out, line)
	}
	return string(out)
}

func TestRestoreStaticSite_putsNothingWhereTheConfigCannotBeRead(t *testing.T) {
	for _, config := range []string{
		`{"bucket":"shop","key":"c.json"}`, `{"keyValueStore":"arn:aws:cloudfront::111122223333:key-value-store/0a1b","key":"c.json"}`,
	} {
		line, err := restoreLine(statemachine.TargetSpec{Kind: "staticsite", Config: json.RawMessage(config)}, statemachine.Split{Stable: "a1"}, "b2", "eu-west-1")
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		aws := "#!/bin/sh\necho \"$*\" >> '" + filepath.Join(dir, "calls") + "'\nexit 1\n"
		if err := os.WriteFile(filepath.Join(dir, "aws"), []byte(aws), 0o700); err != nil {
			t.Fatal(err)
		}
		cmd := exec.CommandContext(t.Context(), "sh", "-c", line)
		cmd.Env = []string{"PATH=" + dir + string(os.PathListSeparator) + os.Getenv("PATH")}
		if out, err := cmd.CombinedOutput(); err == nil {
			t.Errorf("%s succeeds:\n%s", line, out)
		}
		calls, err := os.ReadFile(filepath.Join(dir, "calls"))
		if err != nil || strings.Contains(string(calls), " - s3://") || strings.Contains(string(calls), "put-key") {
			t.Errorf("aws was called with %s, error %v", calls, err)
		}
	}
}
