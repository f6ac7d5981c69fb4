"""Connect the consultation to what practices already run: FHIR, OpenVoiceOS, Wyoming. Each bridge is optional."""
