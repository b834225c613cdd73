package org.hyperledger.besu.plugin.services;

/** Marks a service. */
public interface BesuService {}
