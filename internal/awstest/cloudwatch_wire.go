package awstest

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/aws/smithy-go/encoding/cbor"
)

// document is a structure of rpc-v2-cbor as plain values: string, int64, float64, bool, time.Time, []any, document.
type document map[string]any

// readCBOR decodes a request's body; the SDK sends big ones gzipped.
func readCBOR(r *http.Request, body []byte) (document, error) {
	if r.Header.Get("Content-Encoding") == "gzip" {
		unzip, err := gzip.NewReader(bytes.NewReader(body))
		if err != nil {
			return nil, fmt.Errorf("unzip the body: %w", err)
		}
		if body, err = io.ReadAll(unzip); err != nil {
			return nil, fmt.Errorf("unzip the body: %w", err)
		}
	}
	if len(body) == 0 {
		return document{}, nil
	}
	value, err := cbor.Decode(body)
	if err != nil {
		return nil, fmt.Errorf("decode the body: %w", err)
	}
	ask, ok := decodeCBOR(value).(document)
	if !ok {
		return nil, errors.New("the body is not a structure")
	}
	return ask, nil
}

func decodeCBOR(v cbor.Value) any {
	switch v := v.(type) {
	case cbor.Map:
		d := document{}
		for name, member := range v {
			if p := decodeCBOR(member); p != nil {
				d[name] = p
			}
		}
		return d
	case cbor.List:
		list := make([]any, 0, len(v))
		for _, member := range v {
			list = append(list, decodeCBOR(member))
		}
		return list
	case *cbor.Tag:
		if at, err := cbor.AsTime(v); err == nil {
			return at.UTC()
		}
		return nil
	case cbor.String:
		return string(v)
	case cbor.Bool:
		return bool(v)
	case cbor.Float32:
		return float64(v)
	case cbor.Float64:
		return float64(v)
	}
	if whole, err := cbor.AsInt64(v); err == nil {
		return whole
	}
	return nil
}

func encodeCBOR(v any) cbor.Value {
	switch v := v.(type) {
	case document:
		m := cbor.Map{}
		for name, member := range v {
			if member != nil {
				m[name] = encodeCBOR(member)
			}
		}
		return m
	case []document:
		list := cbor.List{}
		for _, member := range v {
			list = append(list, encodeCBOR(member))
		}
		return list
	case []string:
		list := cbor.List{}
		for _, member := range v {
			list = append(list, cbor.String(member))
		}
		return list
	case []float64:
		list := cbor.List{}
		for _, member := range v {
			list = append(list, cbor.Float64(member))
		}
		return list
	case []time.Time:
		list := cbor.List{}
		for _, member := range v {
			list = append(list, encodeCBOR(member))
		}
		return list
	case time.Time:
		return &cbor.Tag{ID: 1, Value: cbor.Float64(float64(v.UnixMilli()) / 1000)}
	case string:
		return cbor.String(v)
	case bool:
		return cbor.Bool(v)
	case float64:
		return cbor.Float64(v)
	case int:
		if v >= 0 {
			return cbor.Uint(v)
		}
	}
	panic(fmt.Sprintf("awstest: no rpc-v2-cbor form for %T %v", v, v))
}

func answerCBOR(status int, body document, header http.Header, resource string) Answer {
	if header == nil {
		header = http.Header{}
	}
	header.Set("Content-Type", "application/cbor")
	header.Set("Smithy-Protocol", "rpc-v2-cbor")
	return Answer{Status: status, Header: header, Body: cbor.Encode(encodeCBOR(body)), Resource: resource}
}

// refuseCBOR names the error by its shape in the body and, as for every service that once spoke awsQuery, by its query
// code in a header; where both exist the SDK's ErrorCode is the header's.
func refuseCBOR(r *refusal, resource string) Answer {
	code := map[string]string{
		"ValidationException":                  "ValidationError",
		"InvalidFormatFault":                   "InvalidFormat",
		"InvalidParameterValueException":       "InvalidParameterValue",
		"InvalidParameterCombinationException": "InvalidParameterCombination",
		"MissingRequiredParameterException":    "MissingParameter",
		"LimitExceededFault":                   "LimitExceeded",
	}[r.code]
	if code == "" {
		code = r.code
	}
	return answerCBOR(r.status, document{"__type": "com.amazonaws.cloudwatch#" + r.code, "message": r.message, "Message": r.message},
		http.Header{"X-Amzn-Query-Error": {code + ";Sender"}}, resource)
}
