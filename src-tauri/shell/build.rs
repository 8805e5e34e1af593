//! Tells Tauri where capabilities and permissions live (the root stays clean of generated files).
fn main() {
    println!("cargo:rerun-if-changed=src-tauri/shell/capabilities");
    println!("cargo:rerun-if-changed=src-tauri/shell/permissions");
    tauri_build::try_build(
        tauri_build::Attributes::new()
            .capabilities_path_pattern("src-tauri/shell/capabilities/*.json")
            .app_manifest(
                tauri_build::AppManifest::new()
                    .permissions_path_pattern("src-tauri/shell/permissions/*.toml"),
            ),
    )
    .expect("tauri.conf.json, capabilities and permissions are valid");
}
