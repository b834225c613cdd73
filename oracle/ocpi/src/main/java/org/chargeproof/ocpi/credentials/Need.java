package org.chargeproof.ocpi.credentials;

import org.chargeproof.ocpi.model.InterfaceRole;
import org.chargeproof.ocpi.model.ModuleId;

/** A module that a partner must have for us to work with it. */
public record Need(ModuleId module, InterfaceRole role) {}
