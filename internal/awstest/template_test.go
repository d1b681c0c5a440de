package awstest_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

const exampleTemplate = `
Parameters:
  Arns: {Type: CommaDelimitedList, Default: ""}
  Size: {Type: String, Default: small}
Conditions:
  HasArns: !Not [!Equals [!Join ["", !Ref Arns], ""]]
  Big: !Equals [!Ref Size, big]
  Either: !Or [{Condition: HasArns}, {Condition: Big}]
Resources:
  Policy:
    Type: T
    Properties:
      Note: !If [Big, yes, !Ref AWS::NoValue]
      Arn: !GetAtt Queue.Arn
      Url: !Sub https://${AWS::Region}/${Queue}/${Queue.Name}
      Statement:
        - Sid: Always
        - !If
          - HasArns
          - Sid: Arns
            Action: !If [Big, [a, !If [HasArns, !Ref AWS::NoValue, b]], c]
            Resource: !Split [",", !Sub ["${All}/*", {All: !Join ["/*,", !Ref Arns]}]]
          - !Ref AWS::NoValue
  Extra: {Type: T, Condition: Either}
Outputs:
  Policy: {Value: !Ref Policy}
  Extra: {Condition: Big, Value: 1}
`

func TestTemplate_resolvesWhatAStackConsistsOf(t *testing.T) {
	for _, tc := range []struct {
		name            string
		params          map[string]string
		policy          map[string]any
		extra, extraOut bool
	}{
		{
			name: "defaults",
			policy: map[string]any{
				"Arn": "<Queue.Arn>", "Url": "https://us-east-1/<Queue>/<Queue.Name>",
				"Statement": []any{map[string]any{"Sid": "Always"}},
			},
		},
		{
			name:   "everything on",
			params: map[string]string{"Arns": "x,y", "Size": "big"},
			policy: map[string]any{
				"Note": "yes", "Arn": "<Queue.Arn>", "Url": "https://us-east-1/<Queue>/<Queue.Name>",
				"Statement": []any{
					map[string]any{"Sid": "Always"},
					map[string]any{"Sid": "Arns", "Action": []any{"a"}, "Resource": []any{"x/*", "y/*"}},
				},
			},
			extra: true, extraOut: true,
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := parse(t, exampleTemplate).Resolve(tc.params)
			if err != nil {
				t.Fatal(err)
			}
			resources, outputs := got.Tree["Resources"].(map[string]any), got.Tree["Outputs"].(map[string]any)
			if diff := cmp.Diff(tc.policy, resources["Policy"].(map[string]any)["Properties"]); diff != "" {
				t.Errorf("policy (-want +got):\n%s", diff)
			}
			if _, has := resources["Extra"]; has != tc.extra {
				t.Errorf("resource Extra is there: %v, want %v", has, tc.extra)
			}
			if _, has := outputs["Extra"]; has != tc.extraOut {
				t.Errorf("output Extra is there: %v, want %v", has, tc.extraOut)
			}
		})
	}
}

func TestTemplate_ForMotoOnlyDropsWhatIsNotThere(t *testing.T) {
	for _, tc := range []struct {
		name       string
		params     map[string]string
		statements int
		action     any
	}{
		{name: "defaults", statements: 1},
		{
			name: "with arns", params: map[string]string{"Arns": "x"}, statements: 2,
			action: map[string]any{"Fn::If": []any{"Big", []any{"a"}, "c"}},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			body, err := parse(t, exampleTemplate).ForMoto(tc.params)
			if err != nil {
				t.Fatal(err)
			}
			var got map[string]any
			if err := json.Unmarshal(body, &got); err != nil {
				t.Fatal(err)
			}
			properties := got["Resources"].(map[string]any)["Policy"].(map[string]any)["Properties"].(map[string]any)
			statements := properties["Statement"].([]any)
			if len(statements) != tc.statements {
				t.Fatalf("%d statements, want %d", len(statements), tc.statements)
			}
			if tc.statements == 2 {
				then := statements[1].(map[string]any)["Fn::If"].([]any)[1].(map[string]any)
				if diff := cmp.Diff(tc.action, then["Action"]); diff != "" {
					t.Errorf("action (-want +got):\n%s", diff)
				}
			}
			want := map[string]any{"Fn::Sub": "https://${AWS::Region}/${Queue}/${Queue.Name}"}
			if diff := cmp.Diff(want, properties["Url"]); diff != "" {
				t.Errorf("what is left to moto (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTemplate_refusesWhatItCannotRead(t *testing.T) {
	for _, tc := range []struct{ name, text, want string }{
		{"not a mapping", "- a", "not a mapping"},
		{"an alias", "a: &x {b: 1}\nc: *x", "CloudFormation knows no"},
		{"a key twice", "a: 1\na: 2", "already defined"},
		{"a key with a colon in braces", "a: {aws:SourceArn: !Ref X}", "as a block"},
		{"two documents", "a: 1\n---\nb: 2", "2 documents"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := awstest.ParseTemplate([]byte(tc.text))
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %v, want one that says %q", err, tc.want)
			}
		})
	}
	for _, tc := range []struct {
		name, text, want string
		params           map[string]string
	}{
		{"an unknown parameter", "Parameters: {}", "no parameter Size", map[string]string{"Size": "big"}},
		{"a parameter without a value", "Parameters: {A: {Type: String}}", "A needs a value", nil},
		{"an unknown function", "Resources: {A: {B: !GetAZs us-east-1}}", "Fn::GetAZs", nil},
		{"an unknown condition", "Resources: {A: {Condition: Big}}", "no condition Big", nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := parse(t, tc.text).Resolve(tc.params)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %v, want one that says %q", err, tc.want)
			}
		})
	}
}

func parse(t *testing.T, text string) awstest.Template {
	t.Helper()
	template, err := awstest.ParseTemplate([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return template
}

func TestWorld_deploysATemplateAsCloudFormationReadsIt(t *testing.T) {
	w := awstest.Start(t)
	api := cloudformation.NewFromConfig(w.Config("test"))
	create := func(name, text string, params ...types.Parameter) error {
		_, err := api.CreateStack(t.Context(), &cloudformation.CreateStackInput{StackName: &name, TemplateBody: &text, Parameters: params})
		return err
	}
	if err := create("removed", removedStatement); err != nil {
		t.Errorf("a statement that AWS::NoValue removes: %v", err)
	}
	on := types.Parameter{ParameterKey: aws.String("On"), ParameterValue: aws.String("yes")}
	if err := create("kept", removedStatement, on); err != nil {
		t.Errorf("a statement that stays: %v", err)
	}
	err := create("previous", removedStatement, types.Parameter{ParameterKey: aws.String("On"), UsePreviousValue: aws.Bool(true)})
	var refused smithy.APIError
	if !errors.As(err, &refused) || refused.ErrorCode() != "ValidationError" {
		t.Errorf("a value that is not known here: %v, want a ValidationError", err)
	}
}

const removedStatement = `
Parameters:
  On: {Type: String, Default: ""}
Conditions:
  Off: !Equals [!Ref On, ""]
Resources:
  Policy:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - {Effect: Allow, Action: "sqs:ListQueues", Resource: "*"}
          - !If [Off, !Ref AWS::NoValue, {Effect: Allow, Action: "sqs:SendMessage", Resource: !Sub "arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:q"}]
`
