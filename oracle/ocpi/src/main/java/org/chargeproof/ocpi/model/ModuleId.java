package org.chargeproof.ocpi.model;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The modules that this library knows. Others are allowed, by agreement. */
public enum ModuleId {
    @JsonProperty("cdrs")
    CDRS,
    @JsonProperty("chargingprofiles")
    CHARGINGPROFILES,
    @JsonProperty("commands")
    COMMANDS,
    @JsonProperty("credentials")
    CREDENTIALS,
    @JsonProperty("hubclientinfo")
    HUBCLIENTINFO,
    @JsonProperty("locations")
    LOCATIONS,
    @JsonProperty("sessions")
    SESSIONS,
    @JsonProperty("tariffs")
    TARIFFS,
    @JsonProperty("tokens")
    TOKENS
}
