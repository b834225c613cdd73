package org.chargeproof.ocpi.model;

import org.chargeproof.ocpi.json.Text;

/** A text for people, in one language (ISO 639-1). */
public record DisplayText(
        @Text(2) String language, @Text(512) String text) {}
