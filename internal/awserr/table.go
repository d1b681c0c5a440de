package awserr

import "github.com/serinhq/serin/worker"

// limitExceeded is a quota in most services, which no waiting cures; where it is
// a rate it comes with HTTP 429 (API Gateway).
const limitExceeded = "LimitExceededException"

// table is what each code means. Sources: the API models' errors, the SDK's
// retry.DefaultThrottleErrorCodes, each service's "Common Error Types".
func table() map[string]error {
	return map[string]error{
		"PreconditionFailedException":               worker.ErrConflict, // lambda: RevisionId has moved
		"PreconditionFailed":                        worker.ErrConflict,
		"InvalidIfMatchVersion":                     worker.ErrConflict,
		"ConditionalRequestConflict":                worker.ErrConflict,
		"ConflictException":                         worker.ErrConflict,
		"OperationAborted":                          worker.ErrConflict,
		"ConditionalCheckFailedException":           worker.ErrConflict,
		"TransactionCanceledException":              worker.ErrConflict,
		"TransactionConflictException":              worker.ErrConflict,
		"ReplicatedWriteConflictException":          worker.ErrConflict, // dynamodb
		"ApprovalAlreadyCompletedException":         worker.ErrConflict,
		"InvalidApprovalTokenException":             worker.ErrConflict,
		"DuplicatedStopRequestException":            worker.ErrConflict,
		"PipelineExecutionNotStoppableException":    worker.ErrConflict, // codepipeline: read what became of it
		"DeploymentAlreadyCompletedException":       worker.ErrConflict,
		"DeploymentIsNotInReadyStateException":      worker.ErrConflict,
		"DeploymentNotStartedException":             worker.ErrConflict, // codedeploy
		"MessageNotInflight":                        worker.ErrConflict,
		"AWS.SimpleQueueService.MessageNotInflight": worker.ErrConflict,

		"TooManyRequestsException":               worker.ErrThrottled,
		"RequestLimitExceeded":                   worker.ErrThrottled,
		"BandwidthLimitExceeded":                 worker.ErrThrottled,
		"SlowDown":                               worker.ErrThrottled,
		"ProvisionedThroughputExceededException": worker.ErrThrottled,
		"TransactionInProgressException":         worker.ErrThrottled,
		"PriorRequestNotComplete":                worker.ErrThrottled,
		"OverLimit":                              worker.ErrThrottled,
		"AWS.SimpleQueueService.OverLimit":       worker.ErrThrottled,
		"ResourceConflictException":              worker.ErrThrottled, // lambda: an update is in progress; nothing was applied

		"UnauthorizedOperation":           worker.ErrDenied,
		"UnauthorizedException":           worker.ErrDenied,
		"NotAuthorized":                   worker.ErrDenied,
		"AuthFailure":                     worker.ErrDenied,
		"Forbidden":                       worker.ErrDenied,
		"UnrecognizedClientException":     worker.ErrDenied,
		"InvalidClientTokenId":            worker.ErrDenied,
		"InvalidAccessKeyId":              worker.ErrDenied,
		"MissingAuthenticationToken":      worker.ErrDenied,
		"InvalidSignatureException":       worker.ErrDenied,
		"SignatureDoesNotMatch":           worker.ErrDenied,
		"IncompleteSignature":             worker.ErrDenied,
		"InvalidSecurity":                 worker.ErrDenied,
		"OptInRequired":                   worker.ErrDenied,
		"InsufficientPrivilegesException": worker.ErrDenied,

		// Credentials and clocks that ran out are renewed: nobody took a right away.
		"ExpiredToken":                worker.ErrUnavailable,
		"ExpiredTokenException":       worker.ErrUnavailable,
		"RequestExpired":              worker.ErrUnavailable,
		"RequestTimeTooSkewed":        worker.ErrUnavailable,
		"InternalError":               worker.ErrUnavailable,
		"InternalFailure":             worker.ErrUnavailable,
		"InternalServerError":         worker.ErrUnavailable,
		"InternalServerException":     worker.ErrUnavailable,
		"InternalException":           worker.ErrUnavailable,
		"ServiceUnavailable":          worker.ErrUnavailable,
		"ServiceUnavailableException": worker.ErrUnavailable,
		"ServiceException":            worker.ErrUnavailable,
		"ServerException":             worker.ErrUnavailable,
		"HealthUnavailable":           worker.ErrUnavailable,
		"RequestTimeout":              worker.ErrUnavailable,
		"RequestTimeoutException":     worker.ErrUnavailable,

		limitExceeded:                                 worker.ErrInvalid,
		"LimitExceeded":                               worker.ErrInvalid,
		"ServiceQuotaExceededException":               worker.ErrInvalid,
		"ValidationException":                         worker.ErrInvalid,
		"ValidationError":                             worker.ErrInvalid,
		"InvalidParameterValueException":              worker.ErrInvalid,
		"InvalidParameterValue":                       worker.ErrInvalid,
		"InvalidParameterException":                   worker.ErrInvalid,
		"InvalidRequestContentException":              worker.ErrInvalid,
		"InvalidInput":                                worker.ErrInvalid,
		"UnsupportedFeatureException":                 worker.ErrInvalid,
		"UnsupportedActionForDeploymentTypeException": worker.ErrInvalid,
		"UnsupportedOperation":                        worker.ErrInvalid,
		"IdempotentParameterMismatchException":        worker.ErrInvalid,
		"InvalidNextTokenException":                   worker.ErrInvalid,
		"InvalidNextToken":                            worker.ErrInvalid,
		"ReceiptHandleIsInvalid":                      worker.ErrInvalid,
		"QueueDeletedRecently":                        worker.ErrInvalid,
		"OperationNotPermitted":                       worker.ErrInvalid,
	}
}

// word is a piece of a code that means the same wherever it stands.
type word struct {
	in    string
	means error
}

// words, the first that fits. Codes differ by service in prefix and suffix
// (TargetGroupNotFound, PipelineNotFoundException, KMS.AccessDeniedException).
func words() []word {
	return []word{
		{"AccessDenied", worker.ErrDenied},
		{"Throttl", worker.ErrThrottled},
		{"NotFound", worker.ErrNotFound},
		{"DoesNotExist", worker.ErrNotFound},
		{"NoSuch", worker.ErrNotFound},
		{"NonExistentQueue", worker.ErrNotFound},
	}
}

// mute are the codes whose message repeats what the caller sent: an approval's
// token, a receipt handle, the signed headers with a session token.
func mute() []string {
	return []string{
		"InvalidApprovalTokenException", "ReceiptHandleIsInvalid", "InvalidSignatureException", "SignatureDoesNotMatch",
		"IncompleteSignature", "InvalidNextTokenException", "InvalidNextToken", "ExpiredToken", "InvalidClientTokenId",
		"UnrecognizedClientException", "InvalidAccessKeyId",
	}
}
