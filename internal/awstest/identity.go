package awstest

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"net/http"
)

// principalARN is who the front says an actor is: the IAM user of that name.
func principalARN(actor string) string { return "arn:aws:iam::" + Account + ":user/" + actor }

// SenderID is the unique id AWS stamps on what an actor sends: the SenderId of its SQS messages, the UserId of
// GetCallerIdentity.
func SenderID(actor string) string {
	sum := sha256.Sum256([]byte(actor))
	return "AIDA" + base32.StdEncoding.EncodeToString(sum[:])[:17]
}

// callerIdentity answers STS GetCallerIdentity for the actor; moto knows one user only.
func callerIdentity(c Call) Answer {
	body := fmt.Sprintf(`<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>`+
		`<Arn>%s</Arn><UserId>%s</UserId><Account>%s</Account></GetCallerIdentityResult>`+
		`<ResponseMetadata><RequestId>awstest-%d</RequestId></ResponseMetadata></GetCallerIdentityResponse>`,
		principalARN(c.Actor), SenderID(c.Actor), Account, c.N)
	return Answer{Status: http.StatusOK, Header: http.Header{"Content-Type": {"text/xml"}}, Body: []byte(body)}
}
