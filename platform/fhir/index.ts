// The FHIR R4 model.
