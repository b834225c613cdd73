package org.chargeproof.ocpi.model;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The versions that this library knows. Others may be listed by a platform. */
public enum VersionNumber {
    @JsonProperty("2.0")
    V2_0,
    @JsonProperty("2.1")
    V2_1,
    @JsonProperty("2.1.1")
    V2_1_1,
    @JsonProperty("2.2")
    V2_2,
    @JsonProperty("2.2.1")
    V2_2_1,
    @JsonProperty("2.3.0")
    V2_3_0
}
